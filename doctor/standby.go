package doctor

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/artisan-eats/artisan/sqldb"
)

// following is what a server knows of those that follow it.
type following struct {
	standby         bool // it is one itself
	wanted          string
	all, sync, seen int
}

// standbys looks whether somebody takes over from each database.
func standbys(ctx context.Context, v *visit) (found []Finding, err error) {
	if v.inFiles() {
		found = append(found, warn("databases are files on one disk, and nothing takes over from them: copy them by other means, or put the shop on a PostgreSQL that has a standby"))
	}
	for _, s := range v.servers() {
		var f following
		err := s.db().Read().QueryRowContext(ctx, `SELECT pg_is_in_recovery(), current_setting('synchronous_standby_names'),
			COUNT(pid), COUNT(CASE WHEN sync_state IN ('sync', 'quorum') THEN 1 END), COUNT(state)
			FROM pg_stat_replication WHERE state IS NULL OR state = 'streaming'`).Scan(
			&f.standby, &f.wanted, &f.all, &f.sync, &f.seen)
		if err != nil {
			return found, sqldb.Classify(err)
		}
		found = append(found, f.judge(s))
	}
	if len(found) == 0 {
		return nil, errNoDatabase
	}
	return found, nil
}

func (f following) judge(s server) Finding {
	switch {
	case f.standby:
		return fail("%s is a standby, and nothing can be written there: name its primary in the database's URL, or several hosts and target_session_attrs=read-write", s.name)
	case f.all == 0 && f.wanted != "":
		return fail("%s waits for a standby with each order (synchronous_standby_names), and none follows it: start one", s.name)
	case f.all == 0:
		return warn("%s, with %s, has no standby: when its machine is gone the shop is closed, and orders since the last backup are lost; let one follow it, "+
			"and name it in synchronous_standby_names", s.name, s.services())
	case f.seen == 0:
		return warn("the standbys of %s could not be looked at: the role of the database's URL may not see them; GRANT pg_monitor to it", s.name)
	case f.sync == 0:
		return warn("the standby of %s follows later, so the last orders that were acknowledged are lost when it takes over: set synchronous_standby_names", s.name)
	}
	return ok("%s has %d standbys, of which %d have each order before it is acknowledged", s.name, f.all, f.sync)
}

const (
	// recent is how old the last whole backup may be.
	recent = 8 * 24 * time.Hour
	// archivedWithin is how old what was archived last may be.
	archivedWithin = 24 * time.Hour
)

// archive is what a server knows of its backups.
type archive struct {
	mode               string
	last, failed, base sql.NullTime
}

// backups looks what databases know of theirs. This version takes none by itself.
func backups(ctx context.Context, v *visit) (found []Finding, err error) {
	if v.inFiles() {
		found = append(found, warn("this version takes no backups by itself, and of files nothing knows whether somebody does: copy the data directory %s by other means, "+
			"each day, and keep the master key apart from it", v.Data))
	}
	for _, s := range v.servers() {
		a, err := readArchive(ctx, s.db())
		if err != nil {
			return found, err
		}
		found = append(found, a.judge(s, v.Now()))
	}
	if len(found) == 0 {
		return nil, errNoDatabase
	}
	return found, nil
}

// readArchive reads how a server's log is archived, and when a base backup was begun last: with an archive,
// PostgreSQL keeps the history file of the last one among its log.
func readArchive(ctx context.Context, db *sqldb.DB) (a archive, err error) {
	err = db.Read().QueryRowContext(ctx, `SELECT current_setting('archive_mode'), last_archived_time, last_failed_time
		FROM pg_stat_archiver`).Scan(&a.mode, &a.last, &a.failed)
	if err != nil || a.mode == "off" {
		return a, sqldb.Classify(err)
	}
	err = db.Read().QueryRowContext(ctx,
		`SELECT MAX(modification) FROM pg_ls_waldir() WHERE name LIKE '%.backup'`).Scan(&a.base)
	if err != nil {
		return a, errors.New("the role of the database's URL may not see when the last backup was; GRANT pg_monitor to it")
	}
	return a, nil
}

func (a archive) judge(s server, now time.Time) Finding {
	const elsewhere = "; where its host takes backups by itself, look there"
	switch {
	case a.mode == "off":
		return warn("%s, with %s, archives nothing (archive_mode), and this version takes no backups by itself: take base backups and archive its log, e.g. by pgBackRest%s",
			s.name, s.services(), elsewhere)
	case a.failed.Valid && (!a.last.Valid || a.failed.Time.After(a.last.Time)):
		return fail("%s cannot archive its log since %s: its own log says why (archive_command); until then no backup is newer, and its disk fills",
			s.name, a.failed.Time.UTC().Format(time.RFC3339))
	case !a.base.Valid, now.Sub(a.base.Time) > recent:
		return warn("%s knows of no base backup in %d days: take one, e.g. by pgBackRest or pg_basebackup%s",
			s.name, int(recent.Hours()/24), elsewhere)
	case !a.last.Valid, now.Sub(a.last.Time) > archivedWithin:
		return warn("%s has archived nothing for %d hours: set archive_timeout, or what is newer is in no backup",
			s.name, int(archivedWithin.Hours()))
	}
	return ok("%s took a base backup at %s and archived its log at %s; whether they can be restored is told by trying it",
		s.name, a.base.Time.UTC().Format(time.RFC3339), a.last.Time.UTC().Format(time.RFC3339))
}
