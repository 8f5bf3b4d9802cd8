package main

import (
	"math"
	"strconv"
	"strings"
)

// series are the ratios of pairs.
type series struct{ logs []float64 }

func (s *series) add(ratio float64) { s.logs = append(s.logs, math.Log(ratio)) }

// bounds are the geometric mean of the ratios, and what it is between with 95 % confidence if their
// logarithms are about normal.
func (s *series) bounds() (mean, low, high float64) {
	n := float64(len(s.logs))
	var sum, squares float64
	for _, l := range s.logs {
		sum += l
	}
	middle := sum / n
	for _, l := range s.logs {
		squares += (l - middle) * (l - middle)
	}
	half := student(n-1) * math.Sqrt(squares/(n-1)/n)
	return math.Exp(middle), math.Exp(middle - half), math.Exp(middle + half)
}

// student is the 97.5 % quantile of Student's t with so many degrees of freedom, by the Cornish-Fisher
// expansion (Abramowitz and Stegun 26.7.5); right to a thousandth from ten degrees on.
func student(freedom float64) float64 {
	const z = 1.959963985
	z3, z5, z7 := z*z*z, z*z*z*z*z, z*z*z*z*z*z*z
	return z + (z3+z)/(4*freedom) + (5*z5+16*z3+3*z)/(96*freedom*freedom) +
		(3*z7+19*z5+17*z3-15*z)/(384*freedom*freedom*freedom)
}

// readRatio reads a line that tells the ratio of a pair.
func readRatio(line string) (name string, ratio float64, ok bool) {
	fields := strings.Fields(line)
	if len(fields) != 3 || fields[0] != "beside" {
		return "", 0, false
	}
	ratio, err := strconv.ParseFloat(fields[2], 64)
	return fields[1], ratio, err == nil && ratio > 0
}
