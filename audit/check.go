package audit

import (
	"encoding/json"
	"errors"
)

// Checked is a stream that is being checked, line by line, of any number of services.
type Checked struct {
	// Last are the last entries, by service.
	Last  map[string]Mark
	Lines int
}

// ErrTorn is a line that is no line of a stream. One that was torn by a crash comes again, so it is nothing
// wrong by itself.
var ErrTorn = errors.New("this is no line of a security log")

// Line checks the next line, by those before it. It answers which service's it is and what the database
// should have; and what is wrong, if something is. A stream may begin anywhere, and an entry may come again.
func (c *Checked) Line(text []byte) (service string, mark Mark, wrong *Wrong, err error) {
	var n Line
	if json.Unmarshal(text, &n) != nil || n.Service == "" || (n.Log != LineEntry && n.Log != LineHead) {
		return "", mark, nil, ErrTorn
	}
	r, err := n.record()
	if err != nil {
		return "", mark, nil, ErrTorn
	}
	c.Lines++
	if c.Last == nil {
		c.Last = map[string]Mark{}
	}
	last, known := c.Last[n.Service]
	mark = Mark{n.Seq, n.Hash, r.At}
	switch {
	case known && n.Seq > last.Seq+1, known && n.Log == LineHead && n.Seq > last.Seq:
		return n.Service, mark, &Wrong{last.Seq + 1, "it is missing in the stream"}, nil
	case known && n.Seq == last.Seq && n.Hash != last.Hash:
		return n.Service, mark, &Wrong{n.Seq, "the stream has it twice, and not the same"}, nil
	case n.Log == LineEntry && (n.Seq == 1 || (known && n.Seq == last.Seq+1)) &&
		r.chained(last.Hash) != n.Hash:
		return n.Service, mark, &Wrong{n.Seq, "in the stream it is not what was written"}, nil
	}
	if !known || n.Seq > last.Seq {
		c.Last[n.Service] = mark
	}
	return n.Service, mark, nil, nil
}
