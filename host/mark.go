package host

import (
	"encoding/hex"
	"slices"
	"strings"

	"github.com/artisan-eats/artisan/fault"
)

// shopHeader is the header of a call between processes that says of which shop the caller is.
const shopHeader = "Artisan-Shop"

// mark is what the processes of one shop have in common: "demo" or "shop", and something of each of their
// master keys, from which nobody gets back to the key. Who has no key says nothing of it.
type mark string

// markOf is a process's own mark.
func markOf(c Config) (mark, error) {
	words := []string{"shop"}
	if c.Demo {
		words[0] = "demo"
	}
	if len(c.Secret) == 0 {
		return mark(words[0]), nil
	}
	keys, err := c.Keys("the shop's mark")
	if err != nil {
		return "", err
	}
	for _, key := range keys {
		words = append(words, hex.EncodeToString(key[:8]))
	}
	return mark(strings.Join(words, " ")), nil
}

// check refuses a caller of another shop. One that says nothing is of a version from before there were marks.
func (m mark) check(said string) error {
	if said == string(m) || said == "" {
		return nil
	}
	own, others := strings.Fields(string(m)), strings.Fields(said)
	if len(others) == 0 || own[0] != others[0] {
		return fault.New(fault.Unavailable, "another_shop",
			"One of the shop's processes is a demo's, and another is not: start them all with the same settings, and each with the data that it had.")
	}
	common := slices.ContainsFunc(own[1:], func(key string) bool { return slices.Contains(others[1:], key) })
	if len(own) > 1 && len(others) > 1 && !common {
		return fault.New(fault.Unavailable, "another_shop",
			"Two of the shop's processes have different master keys, as those of different shops have: set ARTISAN_SECRET, or ARTISAN_PEERS, to the same for all of them.")
	}
	return nil
}

// admit checks a caller, and logs once whom it turns away.
func (p *Process) admit(service, said string) error {
	err := p.mark.check(said)
	if err != nil {
		if _, told := p.strangers.LoadOrStore(service, true); !told {
			p.config.Log.Error("a process of another shop calls and is refused", "service", service, "error",
				err)
		}
	}
	return err
}
