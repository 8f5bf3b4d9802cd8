package locale

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// calendar is how times are written: patterns of CLDR's letters, and names.
type calendar struct {
	// day is "Sat, Nov 28", weekday with its names written out, date has a year, and long a month's whole
	// name.
	day, weekday, monthDay, date, long string
	// clock is a time of day, and bare the first of two.
	clock, bare string
	// span joins two times of a day.
	span           string
	months, days   []string
	briefs, shorts []string
	halves         [2]string
}

// calendars are a language's, at home and after CLDR 47.
var calendars = map[string]calendar{
	"en": {
		day: "EEE d MMM", weekday: "EEEE d MMMM", monthDay: "d MMMM", date: "d MMM y", long: "d MMMM y",
		clock: "HH:mm", span: "{from} to {to}",
		months: []string{
			"January", "February", "March", "April", "May", "June", "July", "August",
			"September", "October", "November", "December",
		},
		briefs: []string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
		days:   []string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
		shorts: []string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"},
		halves: [2]string{"am", "pm"},
	},
	"de": {
		day: "EEE, d. MMM", weekday: "EEEE, d. MMMM", monthDay: "d. MMMM", date: "d. MMM y",
		long:  "d. MMMM y",
		clock: "HH:mm 'Uhr'", bare: "HH:mm", span: "{from} bis {to}",
		months: []string{
			"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September",
			"Oktober", "November", "Dezember",
		},
		briefs: []string{
			"Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.",
			"Nov.", "Dez.",
		},
		days:   []string{"Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"},
		shorts: []string{"So.", "Mo.", "Di.", "Mi.", "Do.", "Fr.", "Sa."},
	},
	"fr": {
		day: "EEE d MMM", weekday: "EEEE d MMMM", monthDay: "d MMMM", date: "d MMM y", long: "d MMMM y",
		clock: "HH:mm", span: "de {from} à {to}",
		months: []string{
			"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
			"octobre", "novembre", "décembre",
		},
		briefs: []string{
			"janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.",
			"nov.", "déc.",
		},
		days:   []string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"},
		shorts: []string{"dim.", "lun.", "mar.", "mer.", "jeu.", "ven.", "sam."},
	},
	"es": {
		day: "EEE, d MMM", weekday: "EEEE, d 'de' MMMM", monthDay: "d 'de' MMMM", date: "d MMM y",
		long:  "d 'de' MMMM 'de' y",
		clock: "H:mm", span: "de {from} a {to}",
		months: []string{
			"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto",
			"septiembre", "octubre", "noviembre", "diciembre",
		},
		briefs: []string{"ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic"},
		days:   []string{"domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"},
		shorts: []string{"dom", "lun", "mar", "mié", "jue", "vie", "sáb"},
		halves: [2]string{"a.\u00a0m.", "p.\u00a0m."},
	},
}

// Where English and Spanish count twelve hours, and where English has the month first.
var (
	halfDays   = []string{"AU", "BD", "CA", "CO", "EG", "IN", "MY", "NZ", "PH", "PK", "PR", "SG", "US"}
	monthFirst = []string{"PH", "PR", "US"}
)

func calendarOf(lang, region string) calendar {
	c := calendars[lang]
	if c.halves[0] != "" && slices.Contains(halfDays, region) {
		c.clock, c.bare = "h:mm a", "h:mm"
	}
	if lang == "en" && slices.Contains(monthFirst, region) {
		c.day, c.weekday, c.monthDay, c.date, c.long = "EEE, MMM d", "EEEE, MMMM d", "MMMM d", "MMM d, y",
			"MMMM d, y"
		c.halves = [2]string{"AM", "PM"}
	}
	return c
}

// Times are written as they come: in the zone that they have.

// Time is a time of day: "2:00 PM", "14:00".
func (l *Locale) Time(t time.Time) string { return l.write(t, l.clock) }

// Times are two times of one day: "2:00 to 4:00 PM".
func (l *Locale) Times(from, to time.Time) string {
	first := l.clock
	if l.bare != "" && (l.halves[0] == "" || from.Hour()/12 == to.Hour()/12) {
		first = l.bare
	}
	return strings.NewReplacer("{from}", l.write(from, first), "{to}", l.Time(to)).Replace(l.span)
}

// Day is a day that is near: "Sat, Nov 28".
func (l *Locale) Day(t time.Time) string { return l.write(t, l.day) }

// DayTime is a time that is near: "Sat, Nov 28, 2:00 PM".
func (l *Locale) DayTime(t time.Time) string { return l.Day(t) + ", " + l.Time(t) }

// Span is a time from and to: "Sat, Nov 28, 2:00 to 4:00 PM".
func (l *Locale) Span(from, to time.Time) string { return l.Day(from) + ", " + l.Times(from, to) }

// LongDay is a day's heading: "Saturday, November 28".
func (l *Locale) LongDay(t time.Time) string { return l.write(t, l.weekday) }

// LongSpan is a time from and to for who reads it later: "Saturday, November 28, 2026, 2:00 to 4:00 PM PST".
func (l *Locale) LongSpan(from, to time.Time) string {
	day := l.write(from, l.weekday)
	switch {
	case l.language == "es":
		day += " de " + strconv.Itoa(from.Year())
	case strings.HasPrefix(l.monthDay, "M"):
		day += ", " + strconv.Itoa(from.Year())
	default:
		day += " " + strconv.Itoa(from.Year())
	}
	return day + ", " + l.Times(from, to) + to.Format(" MST")
}

// MonthDay is a day of any year: "November 28".
func (l *Locale) MonthDay(t time.Time) string { return l.write(t, l.monthDay) }

// Date is a day with its year: "Nov 28, 2026".
func (l *Locale) Date(t time.Time) string { return l.write(t, l.date) }

// DateTime is a time with its year: "Nov 28, 2026, 2:00 PM".
func (l *Locale) DateTime(t time.Time) string { return l.Date(t) + ", " + l.Time(t) }

// LongDate is a day with its year, written out: "November 28, 2026".
func (l *Locale) LongDate(t time.Time) string { return l.write(t, l.long) }

// Month is a month's name.
func (l *Locale) Month(m time.Month) string { return l.months[m-1] }

// Weekday is a day's name.
func (l *Locale) Weekday(d time.Weekday) string { return l.days[d] }

// write fills in a pattern; what is between apostrophes stands for itself.
func (l *Locale) write(t time.Time, pattern string) string {
	out := make([]byte, 0, 2*len(pattern))
	for i := 0; i < len(pattern); {
		if pattern[i] == '\'' {
			end := i + 1 + strings.IndexByte(pattern[i+1:], '\'')
			out = append(out, pattern[i+1:end]...)
			i = end + 1
			continue
		}
		n := i + 1
		for n < len(pattern) && pattern[n] == pattern[i] {
			n++
		}
		out = l.field(out, t, pattern[i:n])
		i = n
	}
	return string(out)
}

func (l *Locale) field(out []byte, t time.Time, letters string) []byte {
	switch letters {
	case "y":
		return strconv.AppendInt(out, int64(t.Year()), 10)
	case "MMM":
		return append(out, l.briefs[t.Month()-1]...)
	case "MMMM":
		return append(out, l.months[t.Month()-1]...)
	case "d":
		if l.language == "fr" && t.Day() == 1 {
			return append(out, "1er"...)
		}
		return strconv.AppendInt(out, int64(t.Day()), 10)
	case "EEE":
		return append(out, l.shorts[t.Weekday()]...)
	case "EEEE":
		return append(out, l.days[t.Weekday()]...)
	case "H":
		return strconv.AppendInt(out, int64(t.Hour()), 10)
	case "h":
		return strconv.AppendInt(out, int64((t.Hour()+11)%12+1), 10)
	case "HH":
		return t.AppendFormat(out, "15")
	case "mm":
		return t.AppendFormat(out, "04")
	case "a":
		return append(out, l.halves[t.Hour()/12]...)
	}
	return append(out, letters...)
}
