package audit

import (
	"cmp"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/sqldb"
)

// A stored address is empty, or says whose key opens it and then has the sealed bytes:
//
//	a.BYTES           the account's, in identity
//	m.2026-11.BYTES   the month's, in audit_keys
const (
	byAccount = "a."
	byMonth   = "m."
)

const keySize = 32

// Purpose is what the master keys are used for, here.
const Purpose = "artisan audit: wrapping of the keys of months"

// keyring seals network addresses under keys that are wrapped under the master key: AES-256-GCM with random
// nonces.
type keyring struct {
	wrapping []cipher.AEAD // the current one, then older ones that only read
	random   io.Reader
}

func newKeyring(keys [][]byte, random io.Reader) (*keyring, error) {
	k := &keyring{random: random}
	for _, key := range keys {
		wrapping, err := aead(key)
		if err != nil {
			return nil, err
		}
		k.wrapping = append(k.wrapping, wrapping)
	}
	return k, nil
}

// unwrap opens the key of a month; current says that it is wrapped under the current master key.
func (k *keyring) unwrap(period string, wrapped []byte) (key []byte, current bool, err error) {
	for i, wrapping := range k.wrapping {
		if key, err = decrypt(wrapping, wrapped, period); err == nil {
			return key, i == 0, nil
		}
	}
	return nil, false, fmt.Errorf("unwrap the key of a month; is ARTISAN_SECRET the one it was made with? %w",
		errSealed)
}

func aead(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("use a key: %w", err)
	}
	return cipher.NewGCM(block)
}

func (k *keyring) encrypt(with cipher.AEAD, plain []byte, about string) ([]byte, error) {
	nonce := make([]byte, with.NonceSize(), with.NonceSize()+len(plain)+with.Overhead())
	if _, err := io.ReadFull(k.random, nonce); err != nil {
		return nil, fmt.Errorf("no randomness: %w", err)
	}
	return with.Seal(nonce, nonce, plain, []byte(about)), nil
}

var errSealed = errors.New("audit: sealed bytes are damaged or not ours")

func decrypt(with cipher.AEAD, sealed []byte, about string) ([]byte, error) {
	n := with.NonceSize()
	if len(sealed) < n {
		return nil, errSealed
	}
	plain, err := with.Open(nil, sealed[:n], sealed[n:], []byte(about))
	if err != nil {
		return nil, errSealed
	}
	return plain, nil
}

// Sealer seals an address under the key of an account, within the transaction that writes the line; empty for
// one without a key.
type Sealer func(ctx context.Context, tx *sqldb.Tx, account, address string) (sealed string, err error)

// SealWith has addresses that came without the account's own seal sealed by who has its key. It is set before
// the log is used.
func (l *Log) SealWith(seal Sealer) { l.seal = seal }

// sealAll seals the addresses of records: under the key of the account that acts, or that an attempt without
// one was about, or else under the month's. Of an account whose seal cannot be had nothing is kept: it could
// not be erased with the account.
func (l *Log) sealAll(ctx context.Context, tx *sqldb.Tx, records []Record, now time.Time) error {
	for i := range records {
		r := &records[i]
		plain := text(r.Address)
		r.Address = ""
		if r.sealed == "" && plain != "" && l.seal != nil {
			var err error
			if r.sealed, err = l.seal(ctx, tx, cmp.Or(r.ActorID, r.Subject), plain); err != nil {
				return err
			}
		}
		switch {
		case r.sealed != "":
			r.Address = byAccount + text(r.sealed)
		case plain != "" && r.ActorID == "":
			var err error
			if r.Address, err = l.sealByMonth(ctx, tx, plain, now); err != nil {
				return err
			}
		}
	}
	return nil
}

// sealByMonth answers nothing where the month's key cannot be unwrapped: the deed and its line are worth more
// than the address.
func (l *Log) sealByMonth(ctx context.Context, tx *sqldb.Tx, plain string, now time.Time) (string, error) {
	period := now.Format("2006-01")
	key, err := l.monthKey(ctx, tx, period, now)
	if errors.Is(err, errSealed) {
		l.c.Log.ErrorContext(ctx, "the security log goes without an address", "error", err)
		return "", nil
	}
	if err != nil {
		return "", err
	}
	sealed, err := l.keys.encrypt(key, []byte(plain), period)
	return byMonth + period + "." + base64.RawURLEncoding.EncodeToString(sealed), err
}

// monthKey finds or makes the key of a month.
func (l *Log) monthKey(ctx context.Context, tx *sqldb.Tx, period string, now time.Time) (cipher.AEAD, error) {
	known, err := l.readKey(ctx, tx.Querier, period)
	if known != nil || err != nil {
		return known, err
	}
	key := make([]byte, keySize)
	if _, err := io.ReadFull(l.c.Random, key); err != nil {
		return nil, fmt.Errorf("no randomness: %w", err)
	}
	wrapped, err := l.keys.encrypt(l.keys.wrapping[0], key, period)
	if err != nil {
		return nil, err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO audit_keys (period, wrapped, created_at) VALUES ($1, $2, $3)
		ON CONFLICT (period) DO NOTHING`,
		period, wrapped, now.UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("make the key of a month: %w", err)
	}
	return l.readKey(ctx, tx.Querier, period) // another process may have been first
}

// readKey answers nil for a month without a key.
func (l *Log) readKey(ctx context.Context, db sqldb.Querier, period string) (cipher.AEAD, error) {
	var wrapped []byte
	err := db.QueryRowContext(ctx, `SELECT wrapped FROM audit_keys WHERE period = $1`, period).Scan(&wrapped)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the key of a month: %w", sqldb.Classify(err))
	}
	key, _, err := l.keys.unwrap(period, wrapped)
	if err != nil {
		return nil, err
	}
	return aead(key)
}

// origin is an address as far as it can be told here: plain, or sealed for identity to open. Both are empty
// for an erased one.
type origin struct{ plain, sealed string }

// openAll opens what is sealed by month. Keys are read once.
func (l *Log) openAll(ctx context.Context, records []Record) ([]origin, error) {
	months := map[string]cipher.AEAD{}
	out := make([]origin, len(records))
	for i, r := range records {
		if rest, ok := strings.CutPrefix(r.Address, byAccount); ok {
			out[i].sealed = rest
			continue
		}
		rest, ok := strings.CutPrefix(r.Address, byMonth)
		if !ok {
			continue
		}
		period, body, _ := strings.Cut(rest, ".")
		key, known := months[period]
		if !known {
			var err error
			if key, err = l.readKey(ctx, l.c.DB.Read(), period); err != nil {
				return nil, err
			}
			months[period] = key
		}
		out[i].plain = opened(key, period, body)
	}
	return out, nil
}

// opened is empty where the key is gone or the bytes are damaged: the chain tells which.
func opened(key cipher.AEAD, period, body string) string {
	sealed, err := base64.RawURLEncoding.DecodeString(body)
	if key == nil || err != nil {
		return ""
	}
	plain, err := decrypt(key, sealed, period)
	if err != nil {
		return ""
	}
	return string(plain)
}

// Rewrap wraps the keys of months anew that are under an older master key, and answers how many there were.
// It may be interrupted and run again, by several at once.
func (l *Log) Rewrap(ctx context.Context) (n int64, err error) {
	err = l.c.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		n = 0
		keys, err := readWrapped(ctx, tx)
		if err != nil {
			return err
		}
		for period, wrapped := range keys {
			key, current, err := l.keys.unwrap(period, wrapped)
			if err != nil {
				return err
			}
			if current {
				continue
			}
			anew, err := l.keys.encrypt(l.keys.wrapping[0], key, period)
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, `UPDATE audit_keys SET wrapped = $2 WHERE period = $1`, period,
				anew); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	if err != nil {
		err = fmt.Errorf("wrap the keys of the security log anew: %w", err)
	}
	return n, err
}

// readWrapped reads the keys of all months: there are four or so.
func readWrapped(ctx context.Context, tx *sqldb.Tx) (map[string][]byte, error) {
	keys := map[string][]byte{}
	err := sqldb.EachRow(ctx, tx, `SELECT period, wrapped FROM audit_keys
		ORDER BY period FOR UPDATE`, nil, func(scan sqldb.Scanner) error {
		var period string
		var wrapped []byte
		err := scan(&period, &wrapped)
		keys[period] = wrapped
		return err
	})
	return keys, err
}
