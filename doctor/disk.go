package doctor

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/artisan-eats/artisan/sqldb"
)

const (
	// leastFree is how many bytes of a disk are free at the least, leastPercent how much of it; but enough is
	// enough.
	leastFree, leastPercent, enough = 1 << 30, 10, 20 << 30
	// A sixteenth of that is too little to go on.
	tooLittle = 16
)

// disks looks at those of this machine that the shop writes to, and at what databases keep for nobody.
func disks(ctx context.Context, v *visit) (found []Finding, err error) {
	seen := map[uint64]bool{}
	for _, dir := range []string{v.Data, v.Blobs, os.TempDir()} {
		if dir = existing(dir); dir == "" || strings.HasPrefix(dir, "s3:") {
			continue
		}
		var is unix.Stat_t
		if err := unix.Stat(dir, &is); err != nil || seen[uint64(is.Dev)] { //nolint:unconvert // other systems
			continue
		}
		seen[uint64(is.Dev)] = true //nolint:unconvert // other systems
		var disk unix.Statfs_t
		if err := unix.Statfs(dir, &disk); err != nil {
			return found, err
		}
		block := uint64(disk.Bsize)
		found = append(found, v.judgeDisk(dir, block*disk.Bavail, block*disk.Blocks)...)
	}
	kept, err := v.slots(ctx)
	found = append(found, kept...)
	if err == nil && len(seen) == 0 {
		err = errors.New("there is no data directory yet, and no other")
	}
	if err != nil {
		return found, err
	}
	return orOK(found, "%d disks of this machine have room", len(seen)), nil
}

// existing is the directory, or the first above it that is there.
func existing(dir string) string {
	for dir != "" && !strings.HasPrefix(dir, "s3:") {
		if _, err := os.Stat(dir); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
	}
	return dir
}

func (v *visit) judgeDisk(dir string, free, all uint64) []Finding {
	least := max(cmp.Or(v.LeastFree, leastFree), min(all/100*leastPercent, enough))
	const says = "the disk of %s has %d MiB of %d MiB free: make room, or orders are answered 503 once it is full"
	switch {
	case all == 0: // it has no size
	case free < least/tooLittle:
		return []Finding{fail(says, dir, free>>20, all>>20)}
	case free < least:
		return []Finding{warn(says, dir, free>>20, all>>20)}
	}
	return nil
}

// slots looks for what servers keep of their log for standbys that do not come.
func (v *visit) slots(ctx context.Context) (found []Finding, err error) {
	for _, s := range v.servers() {
		err := sqldb.EachRow(ctx, s.db().Read(), `SELECT slot_name FROM pg_replication_slots WHERE NOT active`, nil,
			func(scan sqldb.Scanner) error {
				var name string
				err := scan(&name)
				found = append(found, warn("%s keeps its log for %s, which does not come for it, until its disk is full: start that standby, or pg_drop_replication_slot",
					s.name, name))
				return err
			})
		if err != nil {
			return found, sqldb.Classify(err)
		}
	}
	return found, nil
}
