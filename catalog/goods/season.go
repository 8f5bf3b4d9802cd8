package goods

import (
	"fmt"
	"strconv"
	"time"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/naming"
)

// Season is a set of months, a bit each, January's the lowest. The empty one is of what has no season.
type Season uint16

// ParseSeason reads months from 1 to 12. The fault is Invalid, with fields named after name.
func ParseSeason(name string, months []int32) (Season, error) {
	var s Season
	for i, m := range months {
		if m < 1 || m > 12 {
			return 0, fault.New(fault.Invalid, "invalid", "There is no such month.",
				fault.Field{Name: fmt.Sprintf("%s.%d", name, i), Message: "This must be from 1 to 12."})
		}
		s |= InMonth(m)
	}
	return s, nil
}

// InMonth is the season of one month, from 1 to 12.
func InMonth(m int32) Season { return 1 << (m - 1) }

// Months are the months of a season, in the year's order.
func (s Season) Months() []int32 {
	var months []int32
	for m := int32(1); m <= 12; m++ {
		if s&InMonth(m) != 0 {
			months = append(months, m)
		}
	}
	return months
}

// Names are the months as files have them: "jan" to "dec".
func (s Season) Names() []string {
	var names []string
	for _, m := range s.Months() {
		names = append(names, naming.Fold(time.Month(m).String()[:3]))
	}
	return names
}

// SeasonFor is the season that some words name, by the months' names, their first three letters or numbers;
// and the words that name none.
func SeasonFor(words []string) (s Season, unknown []string) {
	for _, word := range words {
		if m := monthFor(naming.Fold(word)); m != 0 {
			s |= InMonth(m)
		} else {
			unknown = append(unknown, word)
		}
	}
	return s, unknown
}

func monthFor(word string) int32 {
	for m := time.January; m <= time.December; m++ {
		if name := naming.Fold(m.String()); word == name || word == name[:3] || word == strconv.Itoa(int(m)) {
			return int32(m)
		}
	}
	return 0
}
