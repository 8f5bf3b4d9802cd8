package audit_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/artisan-eats/artisan/audit"
)

// dying is a writer whose process ends with its next write: before it, or after it.
type dying struct {
	bytes.Buffer
	before, after bool
}

var errDied = errors.New("died")

func (d *dying) Write(p []byte) (int, error) {
	if d.before {
		return 0, errDied
	}
	n, err := d.Buffer.Write(p)
	if d.after {
		err = errDied
	}
	return n, err
}

func TestACrashBetweenCommitAndEmissionLosesNoLine(t *testing.T) {
	each(t, func(s *shop) {
		var out dying
		s.fill(4)
		for _, end := range []dying{{before: true}, {after: true}, {}} {
			out.before, out.after = end.before, end.after
			s.log = s.open() // the next process
			mine, err := s.log.Emit(s.Context(), &out, "till-1")
			if !mine || (err != nil) != (end.before || end.after) {
				s.Fatalf("%t, %v", mine, err)
			}
			s.fill(2)
		}
		if mine, err := s.log.Emit(s.Context(), &out, "another"); mine || err != nil {
			s.Errorf("two write one stream: %t, %v", mine, err)
		}
		if _, err := s.log.Emit(s.Context(), &out, "till-1"); err != nil {
			s.Fatal(err)
		}
		if err := s.log.EmitHead(s.Context(), &out); err != nil {
			s.Fatal(err)
		}
		seen := map[int64]string{}
		all := lines(s.T, out.Bytes())
		for _, n := range all {
			if hash, again := seen[n.Seq]; again && hash != n.Hash {
				s.Errorf("line %d left as two", n.Seq)
			}
			seen[n.Seq] = n.Hash
		}
		c := s.verify()
		if len(seen) != 10 || seen[10] != c.Hash || c.Sent != 10 {
			s.Errorf("%d of 10 lines left, and it is noted that %d did", len(seen), c.Sent)
		}
		if last := all[len(all)-1]; last.Log != audit.LineHead || last.Seq != 10 || last.Hash != c.Hash ||
			last.Service != "till" {
			s.Errorf("the head left as %+v", last)
		}
		if first := all[0]; first.Actor.ID != "cus_ann" || first.Actor.Address != "a.c2VhbGVk" ||
			first.Detail["why"] != "<a & b>" || first.Outcome != audit.Done {
			s.Errorf("the first line is %+v", first)
		}
	})
}
