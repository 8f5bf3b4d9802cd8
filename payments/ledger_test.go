package payments

import (
	"testing"

	"pgregory.net/rapid"
)

func drawSale(t *rapid.T) Sale {
	sale := Sale{Fee: rapid.Int64Range(0, 2000).Draw(t, "fee")}
	n := rapid.IntRange(1, 6).Draw(t, "parts")
	for range n {
		sale.Parts = append(sale.Parts,
			Part{
				rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(t, "producer"),
				rapid.Int64Range(0, 1_000_000).Draw(t, "minor"),
			})
	}
	sale.Total = rapid.Int64Range(0, sale.weight()+1000).Draw(t, "total")
	return sale
}

func TestASaleIsSplitToTheLastCentAndNobodyOwes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sale := drawSale(t)
		credits, err := split(sale, "USD", rapid.Int64Range(0, 10_000).Draw(t, "bp"))
		if err != nil {
			t.Fatal(err)
		}
		var sum int64
		for _, c := range credits {
			if c.Minor < 0 {
				t.Fatalf("%s got %d", c.Account, c.Minor)
			}
			sum += c.Minor
		}
		if sum != sale.Total && sale.weight() > 0 {
			t.Fatalf("%d was split into %d", sale.Total, sum)
		}
	})
}

func TestSplit(t *testing.T) {
	sale := Sale{Total: 3300, Fee: 300, Parts: []Part{{"a", 1000}, {"b", 1500}, {"a", 500}}}
	for _, c := range []struct {
		name string
		sale Sale
		bp   int64
		want map[string]int64
	}{
		{
			"each producer gets its parts less the commission", sale, 1000,
			map[string]int64{"payable:a": 1350, "payable:b": 1350, commission: 300, delivery: 300},
		},
		{"no commission", sale, 0, map[string]int64{"payable:a": 1500, "payable:b": 1500, delivery: 300}},
		{
			"a smaller total is shared in proportion",
			Sale{1650, 300, sale.Parts},
			1000,
			map[string]int64{"payable:a": 675, "payable:b": 675, commission: 150, delivery: 150},
		},
		{
			"a commission above everything takes everything", sale, 20_000,
			map[string]int64{commission: 3000, delivery: 300},
		},
	} {
		credits, err := split(c.sale, "USD", c.bp)
		if err != nil || len(credits) != len(c.want) {
			t.Errorf("%s: %v, %v; want %v", c.name, credits, err, c.want)
		}
		for _, got := range credits {
			if c.want[got.Account] != got.Minor {
				t.Errorf("%s: %s got %d, want %d", c.name, got.Account, got.Minor, c.want[got.Account])
			}
		}
	}
}

func TestNoShareIsMoreThanItsWeight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.Int64Range(0, 1_000_000_000_000), 1, 8).Draw(t, "weights")
		var all, given int64
		for _, w := range weights {
			all += w
		}
		total := rapid.Int64Range(0, all).Draw(t, "total")
		for i, share := range apportion(total, weights) {
			if share < 0 || share > weights[i] {
				t.Fatalf("share %d is %d of a weight of %d", i, share, weights[i])
			}
			given += share
		}
		if given != total {
			t.Fatalf("%d were apportioned of %d", given, total)
		}
	})
}

func TestBalanced(t *testing.T) {
	for _, c := range []struct {
		name    string
		entries []Entry
		want    bool
	}{
		{"nothing", nil, true},
		{"two sides", []Entry{{"t", "a", 5, "USD", "o", 0}, {"t", "b", -5, "USD", "o", 0}}, true},
		{"one side", []Entry{{"t", "a", 5, "USD", "o", 0}}, false},
		{"two currencies", []Entry{{"t", "a", 5, "USD", "o", 0}, {"t", "b", -5, "EUR", "o", 0}}, false},
		{"two transactions", []Entry{{"t", "a", 5, "USD", "o", 0}, {"u", "b", -5, "USD", "o", 0}}, false},
	} {
		if got := balanced(c.entries); got != c.want {
			t.Errorf("%s: balanced is %t", c.name, got)
		}
	}
}
