package feed

import (
	"errors"
	"strings"
	"unicode/utf8"
)

// scanner is the work on one row.
type scanner struct {
	in     []byte
	at     int
	eof    bool
	comma  byte
	fields []string
	text   func([]byte) (string, bool)
	// unread: some bytes stand for no character. gone: some characters were lost before.
	unread, gone bool
	// What was seen in quoted cells: quotes that are not doubled, those among them that
	// follow a separator as if they opened a cell, and line ends.
	stray, opening, multiline bool
}

// ranOn reports whether a cell seems to have swallowed the rows behind it.
func (s *scanner) ranOn(width int) bool {
	return s.multiline && width > 0 && (s.opening || (s.stray && len(s.fields) != width))
}

// field reads one cell and reports whether it was the row's last.
func (s *scanner) field() (bool, error) {
	if len(s.fields) == MaxColumns {
		return false, errors.New("The row has too many cells.") //nolint:staticcheck // told to people as it is
	}
	if s.at > MaxRecord {
		return false, errors.New("The row is too long.") //nolint:staticcheck // told to people as it is
	}
	if s.at < len(s.in) && s.in[s.at] == '"' {
		return s.quoted()
	}
	return s.bare()
}

func (s *scanner) bare() (bool, error) {
	for i := s.at; i < len(s.in); i++ {
		if c := s.in[i]; c == s.comma || c == '\n' || c == '\r' {
			s.add(s.in[s.at:i])
			return s.end(i)
		}
		if i-s.at > MaxField {
			return false, errTooLong
		}
	}
	if !s.eof {
		return false, errMore
	}
	s.add(s.in[s.at:])
	s.at = len(s.in)
	return true, nil
}

func (s *scanner) add(cell []byte) {
	decoded, whole := s.text(cell)
	s.unread = s.unread || !whole
	s.gone = s.gone || whole && strings.ContainsRune(decoded, utf8.RuneError)
	s.fields = append(s.fields, decoded)
}

var errTooLong = errors.New("A cell is longer than 1 MiB, or a quote (\") does not close.") //nolint:staticcheck // told to people as it is

func (s *scanner) quoted() (bool, error) {
	var value []byte
	from := s.at + 1
	for i := from; i < len(s.in); i++ {
		if i-s.at > MaxField {
			return false, errTooLong
		}
		switch s.in[i] {
		case '\n', '\r':
			s.multiline = true
		case '"':
			if i+1 == len(s.in) && !s.eof {
				return false, errMore
			}
			value = append(value, s.in[from:i]...)
			if s.closes(i + 1) {
				s.add(value)
				return s.end(i + 1)
			}
			if s.in[i+1] == '"' {
				i++
			} else {
				s.stray = true
				s.opening = s.opening || s.in[i-1] == s.comma
			}
			value = append(value, '"')
			from = i + 1
		}
	}
	if !s.eof {
		return false, errMore
	}
	return false, errors.New("A quote (\") in this row does not close.") //nolint:staticcheck // told to people as it is
}

// closes reports whether a quote that stands before position i ends its cell.
func (s *scanner) closes(i int) bool {
	return i == len(s.in) || s.in[i] == s.comma || s.in[i] == '\n' || s.in[i] == '\r'
}

// end steps over what follows a cell, at position i, and reports whether the row ends there.
func (s *scanner) end(i int) (bool, error) {
	if i == len(s.in) {
		s.at = i
		return true, nil
	}
	if s.in[i] == s.comma {
		s.at = i + 1
		return false, nil
	}
	if s.in[i] == '\r' {
		if i+1 == len(s.in) && !s.eof {
			return false, errMore
		}
		if i+1 < len(s.in) && s.in[i+1] == '\n' {
			i++
		}
	}
	s.at = i + 1
	return true, nil
}
