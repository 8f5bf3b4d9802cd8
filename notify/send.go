package notify

import (
	"context"
	"errors"
	"fmt"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/sql/notifydb"
	"github.com/artisan-eats/artisan/sqldb"
)

// sendDue makes and sends the messages that are due: those in hand, and what others left, where nothing is in
// hand or it was not looked for lately. Those that come meanwhile wake it again.
func (s *service) sendDue(ctx context.Context) error {
	looks := s.hand.isEmpty() || s.host.Now().Sub(s.looked) >= sendEvery
	for ctx.Err() == nil {
		batch := s.hand.take(s.host.Now())
		if len(batch) == 0 && looks {
			var err error
			s.looked = s.host.Now()
			if batch, err = claim(ctx, s.host.DB(), s.looked); err != nil {
				return err
			}
			looks = len(batch) == sendBatch
		}
		if len(batch) == 0 {
			return nil
		}
		// What was sent is written down even when the process is told to stop.
		if err := settle(context.WithoutCancel(ctx), s.host.DB(), s.sendAll(ctx, batch)); err != nil {
			return err
		}
	}
	return nil
}

// draft is a letter in the making: first it is known whom it is for, then whether it may go, and only then is
// it written.
type draft struct {
	// message is what is kept of it for the next try, without a contact that was opened.
	message Message
	envelope
	of topic
	to recipient
	// problem is why it is not sent, and until when it waits instead; 0 is not at all.
	problem error
	until   int64
}

// ready reports whether nothing keeps it from being sent.
func (d *draft) ready() bool { return d.problem == nil && d.until == 0 }

// sendAll sends a batch and answers with the messages as they are after that.
func (s *service) sendAll(ctx context.Context, batch []Message) []Message {
	drafts := s.address(ctx, batch)
	s.hold(ctx, drafts)
	s.writeAll(ctx, drafts)
	s.deliver(ctx, drafts)
	var after []Message
	var gone []string
	for _, d := range drafts {
		switch {
		case d.message.comesToNothing(d.problem):
			gone = append(gone, d.message.ID)
		case d.problem != nil:
			after = append(after, s.failed(ctx, d.message, d.problem))
		case d.until > 0:
			after = append(after, d.message.putOff(errTooMany.text, d.until))
		default:
			after = append(after, d.sent(s.host.Now().UnixMilli(), s.mailbox()))
		}
	}
	if err := s.drop(ctx, gone); err != nil {
		s.host.Log().WarnContext(ctx, "wishes that come to nothing are looked at again", "error", err)
	}
	return after
}

// deliver gives the letters that are ready to the mail server, where there is one.
func (s *service) deliver(ctx context.Context, drafts []*draft) {
	var letters []envelope
	var which []*draft
	for _, d := range drafts {
		if d.ready() {
			letters, which = append(letters, d.envelope), append(which, d)
		}
	}
	if s.server == nil || len(letters) == 0 {
		return
	}
	for i, problem := range s.server.send(ctx, letters) {
		which[i].problem = problem
	}
}

// errTooMany is of a letter that would be one too many for its recipient or its sender. What opens something
// for a short time only does not wait.
var errTooMany = problem{
	text: "too many letters were to go to this address, or for this sender", final: true,
	hopeless: true,
}

// hold holds letters back that their recipients do not want, or that are too many.
func (s *service) hold(ctx context.Context, drafts []*draft) {
	err := s.refuse(ctx, drafts)
	var counted [][]bucket
	var which []*draft
	for _, d := range drafts {
		if d.ready() && !d.Counted && d.Kind != Found { // a wish was counted when it was made
			counted, which = append(counted, d.buckets(s.post.hashes(d.To)[0], s.host.Now())),
				append(which, d)
		}
	}
	var until []int64
	if err == nil {
		until, err = s.admit(ctx, counted)
	}
	for i, d := range which {
		switch {
		case err != nil:
			d.problem = err
		case until[i] > 0 && d.Secret:
			d.problem = errTooMany
		default:
			d.until = until[i]
			d.message.Counted = until[i] == 0
		}
	}
}

// refuse finds the letters that their recipients said are not for them. A verified address gets what is its
// own.
func (s *service) refuse(ctx context.Context, drafts []*draft) error {
	var addresses []string
	for _, d := range drafts {
		if d.ready() && !d.Verified {
			addresses = append(addresses, s.post.hashes(d.To)...)
		}
	}
	unwanted, err := s.stopped(ctx, addresses)
	for _, d := range drafts {
		if !d.ready() || d.Verified {
			continue
		}
		for _, address := range s.post.hashes(d.To) {
			if unwanted[unwantedKey(address, d.Cause)] {
				d.problem = errUnwanted
			}
		}
	}
	return err
}

func (s *service) failed(ctx context.Context, m Message, err error) Message {
	var why problem
	if !errors.As(err, &why) {
		why = problem{text: "it cannot be made: " + fault.Of(err).Code}
	}
	m = m.retry(why, s.host.Now().UnixMilli())
	s.host.Log().WarnContext(ctx, "a message was not sent", "message", m.ID, "order", m.OrderID, "status",
		string(m.Status), "attempts", m.Attempts, "error", err)
	return m
}

// forget deletes messages that were sent or given up long ago.
func (s *service) forget(ctx context.Context) error {
	err := s.host.DB().Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		now, q := s.host.Now(), notifydb.New(tx)
		return errors.Join(
			q.Forget(ctx, now.Add(-keepFor).UnixMilli()), q.ForgetCounts(ctx, now.Add(-keepFor).UnixMilli()),
			q.ForgetUnwanted(ctx, now.UnixMilli()))
	})
	if err != nil {
		return fmt.Errorf("forget messages: %w", err)
	}
	return nil
}
