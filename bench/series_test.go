package main

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestBoundsHoldTheTruthNineteenTimesOfTwenty(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	const rounds, truth = 4000, 1.05
	within := 0
	for range rounds {
		var s series
		for range 20 {
			s.add(truth * math.Exp(0.1*random.NormFloat64()))
		}
		if _, low, high := s.bounds(); low <= truth && truth <= high {
			within++
		}
	}
	if share := float64(within) / rounds; share < 0.94 || share > 0.96 {
		t.Errorf("the truth is within the bounds %.3f of the time, want 0.95", share)
	}
}

func TestStudentIsTheTablesOwn(t *testing.T) {
	for freedom, want := range map[float64]float64{9: 2.262, 19: 2.093, 29: 2.045, 1000: 1.962} {
		if got := student(freedom); math.Abs(got-want) > 0.002 {
			t.Errorf("with %v degrees of freedom %v, want %v", freedom, got, want)
		}
	}
}

func TestTimesAreReadWhicheverWayTheyAreTold(t *testing.T) {
	got := readTimes("goos: linux\nBenchmarkWarmPage/edge-2   \t  100\t  27000 ns/op\nBenchmarkWarmPage/edge-2   \t  100\t  29000 ns/op\nBenchmarkCheckout/sqlite/a,_b-2  600  0 ns/op  500.0 /s\nPASS\n")
	if len(got) != 2 || got["BenchmarkWarmPage/edge"] != 27000 || got["BenchmarkCheckout/sqlite/a,_b"] != 1.0/500 {
		t.Errorf("read %v", got)
	}
}
