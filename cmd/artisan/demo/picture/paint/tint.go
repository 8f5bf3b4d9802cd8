package main

import "math"

// hues are a family that goes together, in degrees of OKLCH: apricot, honey, clay, wheat, sage,
// sand, rose, straw, stone and peach.
var hues = [10]float64{62, 88, 38, 100, 122, 76, 30, 112, 70, 50}

// tintOf is the paper of the nth producer: a hue of the family, in one of five strengths.
func tintOf(n int) [3]float64 {
	strengths := [5]struct{ light, chroma float64 }{
		{0.92, 0.052},
		{0.935, 0.036},
		{0.895, 0.066},
		{0.93, 0.020},
		{0.91, 0.045},
	}
	s := strengths[(n/len(hues)+n)%len(strengths)]
	hue := hueOf(n)
	if hue > 110 || hue < 36 {
		s.chroma *= 0.75 // greens and pinks soon look like sweets
	}
	return oklch(s.light, s.chroma, hue)
}

// labelOf is the ground, the rule and the ink of the nth producer's labels: its hue, deep and lit.
func labelOf(n int) [3][3]float64 {
	hue := hueOf(n)
	return [3][3]float64{oklch(0.43, 0.075, hue), oklch(0.78, 0.075, hue+12), oklch(0.97, 0.022, 85)}
}

func hueOf(n int) float64 { return hues[n%len(hues)] + float64(n/len(hues))*3 }

// oklch turns a colour of OKLCH into sRGB. The figures are Björn Ottosson's.
func oklch(light, chroma, hue float64) [3]float64 {
	sin, cos := math.Sincos(hue * math.Pi / 180)
	a, b := chroma*cos, chroma*sin
	l := cube(light + 0.3963377774*a + 0.2158037573*b)
	m := cube(light - 0.1055613458*a - 0.0638541728*b)
	s := cube(light - 0.0894841775*a - 1.2914855480*b)
	linear := [3]float64{
		4.0767416621*l - 3.3077115913*m + 0.2309699292*s,
		-1.2684380046*l + 2.6097574011*m - 0.3413193965*s,
		-0.0041960863*l - 0.7034186147*m + 1.7076147010*s,
	}
	for k, v := range linear {
		linear[k] = min(1, max(0, 1.055*math.Pow(max(v, 0), 1/2.4)-0.055))
	}
	return linear
}

func cube(v float64) float64 { return v * v * v }
