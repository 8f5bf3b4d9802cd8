package search

import (
	"math/bits"
	"unicode/utf8"
)

// distance counts the typing errors between one word and many others: letters that are missing, too many or
// wrong, and neighbours that are swapped (Damerau and Levenshtein, each letter touched once).
type distance struct {
	from    []rune
	letters uint64
	most    int // what is farther is not measured
	to1     []rune
	rows    [3][]int // the last rows of the table, one for each letter of from
}

func newDistance(from []rune, most int) *distance {
	return &distance{from: from, letters: lettersOf(string(from)), most: most}
}

// lettersOf is the set of letters in a word, some of which share a bit.
func lettersOf(word string) (set uint64) {
	for _, r := range word {
		set |= 1 << (uint(r) % 64)
	}
	return set
}

// to is how many errors part the word from another, and, if half, from the likest beginning of that. What is
// beyond the most is some number above it.
func (d *distance) to(word string, half bool) (whole, beginning int) {
	far := d.most + 1
	longer := utf8.RuneCountInString(word) - len(d.from)
	if longer < -d.most || (!half && longer > d.most) {
		return far, far
	}
	if bits.OnesCount64(d.letters&^lettersOf(word)) > d.most {
		return far, far
	}
	last := d.table(word)
	whole, beginning = last[len(last)-1], far
	if half {
		for _, n := range last {
			beginning = min(beginning, n)
		}
	}
	return whole, beginning
}

// table is the last row of the table of distances between the beginnings of the words.
func (d *distance) table(word string) []int {
	d.to1 = d.to1[:0]
	for _, r := range word {
		d.to1 = append(d.to1, r)
	}
	for i := range d.rows {
		d.rows[i] = append(d.rows[i][:0], make([]int, len(d.to1)+1)...)
	}
	before, last, row := d.rows[0], d.rows[1], d.rows[2]
	for j := range last {
		last[j] = j
	}
	for i, a := range d.from {
		row[0] = i + 1
		least := row[0]
		for j, b := range d.to1 {
			n := min(last[j+1], row[j]) + 1
			if a == b {
				n = min(n, last[j])
			} else {
				n = min(n, last[j]+1)
			}
			if i > 0 && j > 0 && a == d.to1[j-1] && d.from[i-1] == b {
				n = min(n, before[j-1]+1)
			}
			row[j+1] = n
			least = min(least, n)
		}
		before, last, row = last, row, before
		if least > d.most+1 {
			last[len(last)-1] = least
			return last[len(last)-1:]
		}
	}
	return last
}
