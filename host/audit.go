package host

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/artisan-eats/artisan/audit"
	auditv1 "github.com/artisan-eats/artisan/gen/artisan/audit/v1"
	"github.com/artisan-eats/artisan/gen/artisan/audit/v1/auditv1connect"
	"github.com/artisan-eats/artisan/sqldb"
)

const (
	// tellEvery is how often repeated refusals are told, and what waits for another service is handed on.
	tellEvery = 5 * time.Second
	// streamEvery finds the lines that no commit of this process woke the stream for.
	streamEvery = 10 * time.Second
	headEvery   = time.Minute
	retainEvery = time.Hour
	// recordTimeout bounds a last hand-over at the end of a process.
	recordTimeout = 5 * time.Second
	// recorder is the service that keeps the log of services without a database.
	recorder = "identity"
)

// journal is a service's part in the security log: a log of its own, or, without a database, a relay to one.
type journal struct {
	log    *audit.Log
	relay  *audit.Relay
	stream *Job
	leave  func(context.Context) error
	// headAt is when the head left last, in Unix milliseconds.
	headAt atomic.Int64
}

// Audit writes to the service's security log in the transaction of what it tells of: right before the commit,
// all that the transaction tells at once.
func (h *Host) Audit(ctx context.Context, tx *sqldb.Tx, entries ...audit.Entry) error {
	return h.journal.log.Write(ctx, tx, entries...)
}

// AuditNow tells of what was refused, and so has no transaction; it must not be called within one. The same
// again within a minute is counted, and a flood is bounded. It does not fail: what was refused stays refused.
func (h *Host) AuditNow(ctx context.Context, entry audit.Entry) {
	if h.journal.relay != nil {
		h.journal.relay.Now(ctx, entry)
		return
	}
	if err := h.journal.log.Now(ctx, entry); err != nil {
		h.Log().ErrorContext(ctx, "a refusal is not in the security log", "action", entry.Action, "error",
			err)
	}
}

// SealAddresses has the addresses in the service's security log sealed by the service itself, where they came
// without the account's seal.
func (h *Host) SealAddresses(seal audit.Sealer) { h.journal.log.SealWith(seal) }

// AuditSurely tells of a deed of a service without a database, before it is done.
func (h *Host) AuditSurely(ctx context.Context, entry audit.Entry) error {
	by := audit.ActorOf(ctx)
	entry.By = &by
	return h.record(ctx, []audit.Entry{entry})
}

// record hands entries to the service that keeps them.
func (h *Host) record(ctx context.Context, entries []audit.Entry) error {
	request := &auditv1.RecordRequest{}
	for _, e := range entries {
		request.Entries = append(request.Entries, audit.ToProto(e, *e.By))
	}
	_, err := auditv1connect.NewAuditServiceClient(h.Peer(recorder)).Record(ctx, request)
	return err
}

func (h *Host) openJournal(ctx context.Context) error {
	keys, err := h.process.config.Keys(audit.Purpose)
	if err != nil {
		return err
	}
	log, err := audit.Open(ctx, audit.Config{
		Service: h.name, DB: h.db, Keys: keys, Log: h.Log(), Now: h.Now, Random: h.Random(),
		Wrote: func(action string, outcome audit.Outcome) {
			h.process.metrics.audited.WithLabelValues(h.name, action, string(outcome)).Inc()
			if h.journal.stream != nil {
				h.journal.stream.Wake()
			}
		},
	})
	h.journal.log = log
	return err
}

// serveJournal mounts the service's log and starts what it does by itself.
func (h *Host) serveJournal() {
	if h.journal.log == nil {
		h.journal.relay = audit.NewRelay(h.Now, h.record)
		h.Every("hand on the security log", tellEvery,
			func(ctx context.Context) error { return h.journal.relay.Tell(ctx, false) })
		return
	}
	auditv1connect.RegisterAuditServiceHandler(h.rpc, audit.NewService(h.journal.log))
	h.Every("tell repeated refusals", tellEvery,
		func(ctx context.Context) error { return h.journal.log.Tell(ctx, false) })
	h.Every("let go of old entries", retainEvery, h.journal.log.Retain)
	if to := h.process.config.AuditLog; to != nil {
		h.streamTo(to)
	}
}

// streamTo lets the log's lines and heads leave.
func (h *Host) streamTo(to io.Writer) {
	holder := rand.Text()
	emit := func(ctx context.Context) error {
		_, err := h.journal.log.Emit(ctx, to, holder)
		return err
	}
	h.journal.leave = func(ctx context.Context) error {
		return errors.Join(emit(ctx), h.journal.log.Leave(ctx, holder))
	}
	h.journal.stream = h.Every("stream the security log", streamEvery, emit)
	h.Every("tell the head of the security log", headEvery, func(ctx context.Context) error {
		mine, err := h.journal.log.Emit(ctx, to, holder)
		if err != nil || !mine {
			return err
		}
		if err := h.journal.log.EmitHead(ctx, to); err != nil {
			return err
		}
		h.journal.headAt.Store(h.Now().UnixMilli())
		return nil
	})
	_ = h.process.metrics.registry.Register(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name:        "artisan_audit_head_age_seconds",
		Help:        "Time since the head of the security log left with the stream; of several processes, by the one that writes it.",
		ConstLabels: prometheus.Labels{"service": h.name},
	}, func() float64 {
		at := h.journal.headAt.Load()
		if at == 0 {
			return -1
		}
		return h.Now().Sub(time.UnixMilli(at)).Seconds()
	}))
}

// endJournals tells what is still counted, and lets it leave. Services without a database hand on first.
func (p *Process) endJournals() {
	ctx, cancel := context.WithTimeout(context.Background(), recordTimeout)
	defer cancel()
	for _, h := range p.hosts {
		if h.journal.relay != nil {
			h.endedWith(ctx, h.journal.relay.Tell(ctx, true))
		}
	}
	for _, h := range p.hosts {
		if h.journal.log != nil {
			h.endedWith(ctx, h.journal.log.Tell(ctx, true))
		}
		if h.journal.leave != nil {
			h.endedWith(ctx, h.journal.leave(ctx))
		}
	}
}

func (h *Host) endedWith(ctx context.Context, err error) {
	if err != nil {
		h.Log().ErrorContext(ctx, "the last lines of the security log wait or are lost", "error", err)
	}
}
