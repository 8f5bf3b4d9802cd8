package catalog

import "testing"

func TestAStallThatIsReadLateHidesNoItemThatWasReadEarlier(t *testing.T) {
	s := newShelf()
	s.apply([]*item{{id: "bread", version: 5}}, []*stall{{id: "baker", version: 7}}, 4) // the item of version 6 came between
	if at := s.at(); at != 5 {
		t.Errorf("the shelf takes itself to be at %d", at)
	}
}
