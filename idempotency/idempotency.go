// Package idempotency makes a form safe to send twice. Whoever shows a form for something new puts a key into
// it; the service that makes the thing keeps the key with what was made, in the same transaction, so that the
// same form again, be it a double click, a page that is loaded anew or a line that was cut, is answered with
// the first one's result.
package idempotency

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/sqldb"
)

const (
	// keptFor is how long a key is known: longer than a page stays open.
	keptFor   = 7 * 24 * time.Hour
	tidyEvery = time.Hour
	// maxKey bounds a key, in bytes.
	maxKey = 128
)

// Reused is the code of the fault that refuses a key which was used for something else.
const Reused = "form_reused"

var (
	errReused = fault.New(fault.Conflict, Reused,
		"This form was sent already, with something else in it, and that was done. If this is to be done as well, send it again.")
	errKey = fault.New(fault.Invalid, "invalid", "A form's key is too long.",
		fault.Field{Name: "key", Message: "It has 128 bytes at most."})
)

//go:embed migrations/*.sql
var embedded embed.FS

// Set is the table of keys, which Keep makes where it is missing.
func Set(sqldb.Engine) sqldb.Set {
	return sqldb.Set{Name: "once", Files: sqldb.Migrations(embedded, "migrations")}
}

// Sets are Set, for the line of a service that keeps nothing else by itself.
func Sets(engine sqldb.Engine) []sqldb.Set { return []sqldb.Set{Set(engine)} }

// Keep makes the table of keys in a service's database, and lets go of what is old in it.
func Keep(h *host.Host) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	set := Set(h.DB().Engine)
	if err := h.DB().Migrate(ctx, set.Name, set.Files); err != nil {
		return err
	}
	h.Every("forget keys of forms", tidyEvery, func(ctx context.Context) error { return tidy(ctx, h.DB()) }).
		Alone()
	return nil
}

// Form is one that was sent.
type Form struct {
	// Owner is whose form it is: the same key of somebody else is another one.
	Owner string
	// Key tells the form from others; one without a key does what it says each time.
	Key string
	// Hash tells what is in it: see HashOf.
	Hash string
}

// HashOf tells a request from another. It tells nothing of it, unless there are few that it can be.
func HashOf(request proto.Message) (string, error) {
	content, err := (proto.MarshalOptions{Deterministic: true}).Marshal(request)
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:]), err
}

// Do makes something within a transaction, and answers its ID; or the ID of what the form has made before.
// With something else in it the form is refused: conflict "form_reused".
func Do(
	ctx context.Context, tx *sqldb.Tx, f Form, make func() (id string, err error),
) (id string, err error) {
	if f.Key == "" {
		return make()
	}
	if len(f.Key) > maxKey {
		return "", errKey
	}
	first, err := f.claim(ctx, tx)
	if err != nil {
		return "", fmt.Errorf("keep the key of a form: %w", err)
	}
	if !first {
		return f.made(ctx, tx)
	}
	if id, err = make(); err != nil {
		return "", err
	}
	_, err = tx.ExecContext(ctx, `UPDATE made SET id = $3 WHERE owner = $1 AND key = $2`, f.Owner, f.Key, id)
	return id, err
}

// claim reports whether the form comes for the first time. It waits for a transaction that has the same form.
func (f Form) claim(ctx context.Context, tx *sqldb.Tx) (first bool, err error) {
	now, err := tx.Now(ctx)
	if err != nil {
		return false, err
	}
	result, err := tx.ExecContext(ctx, `INSERT INTO made (owner, key, hash, id, made_at)
		VALUES ($1, $2, $3, '', $4) ON CONFLICT DO NOTHING`,
		f.Owner, f.Key, f.Hash, now.UnixMilli())
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n == 1, err
}

func (f Form) made(ctx context.Context, tx *sqldb.Tx) (id string, err error) {
	var hash string
	err = tx.QueryRowContext(ctx, `SELECT id, hash FROM made WHERE owner = $1 AND key = $2`, f.Owner,
		f.Key).Scan(&id, &hash)
	if err != nil {
		return "", fmt.Errorf("read the key of a form: %w", err)
	}
	if hash != f.Hash {
		return "", errReused
	}
	return id, nil
}

// Forget lets go of all keys of an owner who is erased.
func Forget(ctx context.Context, tx *sqldb.Tx, owner string) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM made WHERE owner = $1`, owner)
	return err
}

func tidy(ctx context.Context, db *sqldb.DB) error {
	return db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM made WHERE made_at < $1`, now.Add(-keptFor).UnixMilli())
		return err
	})
}
