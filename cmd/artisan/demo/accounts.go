package demo

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Account is a sign-in of the demo.
type Account struct {
	Role     string `json:"role"`
	Email    string `json:"email"`
	Password string `json:"password"`
}

// Accounts are a shopper, a producer and an operator.
type Accounts []Account

// AccountsFile is where a demo's data directory keeps its accounts.
const AccountsFile = "demo-sign-ins"

// Invent makes accounts with passwords that are no other demo's.
func Invent() Accounts {
	var all Accounts
	for _, role := range []string{"shopper", "producer", "operator"} {
		all = append(all, Account{role, role + "@demo.example", password()})
	}
	return all
}

const (
	consonants = "bdfghklmnprstvwz"
	vowels     = "aeiou"
	// words of two syllables each make 50 bits.
	words = 4
)

// password is a few words that can be said and typed, and mean nothing.
func password() string {
	var said [words]string
	for i := range said {
		said[i] = syllable() + syllable()
	}
	return strings.Join(said[:], "-")
}

func syllable() string { return pick(consonants) + pick(vowels) }

// pick is one of the letters, each as likely: bytes that would favour the first ones are drawn again.
func pick(letters string) string {
	for {
		var drawn [1]byte
		_, _ = rand.Read(drawn[:])
		if n := int(drawn[0]); n < 256/len(letters)*len(letters) {
			return letters[n%len(letters) : n%len(letters)+1]
		}
	}
}

// Read reads the accounts of the demo in a data directory. The error is fs.ErrNotExist where there are none.
func Read(data string) (Accounts, error) {
	content, err := os.ReadFile(filepath.Join(data, AccountsFile)) //nolint:gosec // a fixed name in the data directory
	if err != nil {
		return nil, err
	}
	var all Accounts
	if err := json.Unmarshal(content, &all); err != nil {
		return nil,
			fmt.Errorf(
				"the demo's sign-ins in %s are damaged; remove the file, and the next start makes new ones: %w", filepath.Join(data, AccountsFile), err)
	}
	return all, nil
}

// Write keeps the accounts in a data directory, for its owner's eyes only.
func (a Accounts) Write(data string) error {
	content, err := json.Marshal(a) //nolint:gosec // the file is for its owner's eyes, and a demo's
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(data, AccountsFile+"-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	_, err = tmp.Write(append(content, '\n'))
	return errors.Join(err, tmp.Close(), os.Rename(tmp.Name(), filepath.Join(data, AccountsFile)))
}

// Of is the account of a role; the zero Account where there is none.
func (a Accounts) Of(role string) Account {
	for _, account := range a {
		if account.Role == role {
			return account
		}
	}
	return Account{}
}
