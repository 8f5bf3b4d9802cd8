// Package stamp tells whether a thing still says what somebody has seen of it. A service gives what can be
// changed with its stamp, and holds a change that names one to it, in the transaction that makes the change:
// so nobody undoes what they have not seen.
package stamp

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"

	"github.com/artisan-eats/artisan/fault"
)

// Changed is the code of the fault that refuses a change of what says something else by now.
const Changed = "changed_since"

var errChanged = fault.New(fault.Conflict, Changed,
	"This has been changed since you last saw it. Nothing is done: please look again.")

// size is how many bytes of a hash make a stamp.
const size = 15

// Of is the stamp of what something says: of texts, numbers, and structs and lists of them. What says the
// same has the same stamp, whoever wrote it and how often.
func Of(parts ...any) string {
	hash := sha256.New()
	if err := json.NewEncoder(hash).Encode(parts); err != nil {
		panic(err) // of what is no text, number, struct or list
	}
	return base64.RawURLEncoding.EncodeToString(hash.Sum(nil)[:size])
}

// Check refuses a change for whoever has seen something else: conflict "changed_since". Several stamps are
// parted by commas; without any the change is held to nothing.
func Check(seen, now string) error {
	if seen == "" || slices.Contains(strings.Split(seen, ","), now) {
		return nil
	}
	return errChanged
}
