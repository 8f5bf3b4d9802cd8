package feed

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"github.com/artisan-eats/artisan/fault"
)

// record is one row of a file.
type record struct {
	fields []string
	// bad says why the row cannot be used; empty when it can.
	bad string
	// unread: it has bytes that stand for no character. lost: it has characters that were lost before.
	unread, lost bool
}

// records splits a file into rows as spreadsheets write them: quoted cells may hold
// separators, doubled quotes and line ends. A stray quote is taken as it is. When a
// quote does not close, only the line it stands on is lost.
type records struct {
	in     io.Reader
	store  []byte // what buf is a part of
	buf    []byte // read and not used yet
	eof    bool
	failed error // of a look ahead, for whoever needs more than there is
	total  int64
	broken int
	comma  byte
	// width is the header's number of cells, to tell a quote that does not close; zero for the header.
	width int
	// lost: the rest of a line that is too long is still to be thrown away.
	lost bool
	// charset is of the cells that are not UTF-8; nil until there is one.
	charset *charmap.Charmap
}

func newRecords(in io.Reader) *records { return &records{in: in, comma: ','} }

var errMore = errors.New("more bytes are needed")

// next reads one row; io.EOF is the end.
func (r *records) next() (record, error) {
	for {
		if r.lost {
			r.dropLost()
		}
		rec, n, err := r.scan()
		if errors.Is(err, errMore) {
			if r.failed == nil {
				r.failed = r.fill()
			}
			if r.failed != nil {
				return record{}, r.failed
			}
			continue
		}
		r.buf = r.buf[n:]
		if rec.bad != "" {
			r.broken++
		}
		if err == nil && r.broken > maxBroken {
			err = fault.Newf(fault.Invalid, "unreadable_file",
				"More than %d rows cannot be read: this is no CSV file, or its quotes are broken.", maxBroken)
		}
		return rec, err
	}
}

// fill reads as many bytes again as wait in the buffer, so that a long row is not scanned too often.
func (r *records) fill() error {
	want := max(64<<10, len(r.buf))
	if len(r.store) < len(r.buf)+want {
		r.store = append(make([]byte, 0, 2*(len(r.buf)+want)), r.buf...)
		r.store = r.store[:cap(r.store)]
	} else {
		copy(r.store, r.buf)
	}
	n, err := io.ReadAtLeast(r.in, r.store[len(r.buf):len(r.buf)+want], want)
	r.buf = r.store[:len(r.buf)+n]
	r.total += int64(n)
	if r.total > MaxFile {
		return fault.Newf(fault.Invalid, "file_too_large", "The file is larger than %d MiB; split it.",
			MaxFile>>20)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		r.eof = true
		return nil
	}
	return err
}

// lookAhead shows the next rows of the file, as many as aheadBytes hold, and leaves them where they are.
func (r *records) lookAhead(see func(fields []string)) {
	for len(r.buf) < aheadBytes && !r.eof && r.failed == nil {
		r.failed = r.fill()
	}
	ahead := *r
	for {
		if ahead.lost {
			ahead.dropLost()
		}
		rec, n, err := ahead.scan()
		if err != nil {
			break
		}
		ahead.buf = ahead.buf[n:]
		see(rec.fields)
	}
	r.charset = ahead.charset
}

// scan splits the row at the front of the buffer and says how many bytes it takes.
func (r *records) scan() (record, int, error) {
	s := scanner{in: r.buf, eof: r.eof, comma: r.comma, text: r.text}
	if len(s.in) == 0 && s.eof {
		return record{}, 0, io.EOF
	}
	for {
		done, err := s.field()
		switch {
		case errors.Is(err, errMore):
			return record{}, 0, err
		case err != nil:
			return r.lineLost(err.Error())
		case done && s.ranOn(r.width):
			return r.lineLost("A quote (\") in this row does not close.")
		case done:
			return record{fields: s.fields, unread: s.unread, lost: s.gone}, s.at, nil
		}
	}
}

// text decodes a cell: UTF-8, or else what the file's other cells are likeliest in. It reports whether all of
// it stands for something.
func (r *records) text(b []byte) (string, bool) {
	if utf8.Valid(b) {
		return string(b), true
	}
	if r.charset == nil {
		r.charset = charsetOf(r.buf)
	}
	s, err := r.charset.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), ""), false
	}
	return string(s), !bytes.ContainsRune(s, utf8.RuneError) && !isOfAnotherWriting(string(s))
}

// lineLost gives up the first line of the buffer, so that the rows behind it are read.
func (r *records) lineLost(why string) (record, int, error) {
	end := lineEnd(r.buf)
	if end < 0 {
		r.lost = !r.eof
		return record{bad: why}, len(r.buf), nil
	}
	return record{bad: why}, end, nil
}

func (r *records) dropLost() {
	end := lineEnd(r.buf)
	r.lost = end < 0 && !r.eof
	if end < 0 {
		end = len(r.buf)
	}
	r.buf = r.buf[end:]
}

// lineEnd is where the next line begins; -1 when no line ends here.
func lineEnd(b []byte) int {
	end := bytes.IndexAny(b, "\r\n")
	if end < 0 {
		return -1
	}
	if b[end] == '\r' && end+1 < len(b) && b[end+1] == '\n' {
		end++
	}
	return end + 1
}
