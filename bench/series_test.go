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

func TestARatioIsReadAmongWhatABenchmarkPrints(t *testing.T) {
	if name, ratio, ok := readRatio("beside demo/page 1.012500"); !ok || name != "demo/page" ||
		ratio != 1.0125 {
		t.Errorf("read %v %v %v", name, ratio, ok)
	}
	for _, line := range []string{
		"", "goos: linux", "BenchmarkBeside/demo/page-2   60",
		"beside demo/page 0", "beside demo/page NaN", "beside demo/page x",
	} {
		if _, _, ok := readRatio(line); ok {
			t.Errorf("read a ratio in %q", line)
		}
	}
}

func TestWhatIsMeasuredIsWhatIsAskedForAndCanBe(t *testing.T) {
	for _, c := range []struct {
		only     string
		postgres bool
		want     string
	}{
		{"", true, "^"},
		{"", false, "^(demo|sqlite)"},
		{"checkout", true, "^/^checkout$"},
		{"checkout", false, "^(demo|sqlite)/^checkout$"},
		{"postgres", true, "^postgres"},
		{"demo/page", true, "^demo/^page$"},
	} {
		if got := pattern(c.only, c.postgres); got != c.want {
			t.Errorf("%q with a server: %v is %q, want %q", c.only, c.postgres, got, c.want)
		}
	}
}
