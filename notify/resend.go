package notify

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	"github.com/artisan-eats/artisan/gen/sql/notifydb"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
)

var (
	errNoMessage = fault.New(fault.NotFound, "not_found", "There is no such message.")
	errSent      = fault.New(fault.Conflict, "already_sent", "This message was sent.")
	errNotKept   = fault.New(fault.Conflict, "not_kept",
		"What this message said is no longer kept, so it cannot be sent again.")
)

// Resend tries a message that failed again; see the contract.
func (s *service) Resend(
	ctx context.Context, request *notifyv1.ResendRequest,
) (*notifyv1.ResendResponse, error) {
	m, err := s.resend(ctx, request.GetId())
	if err != nil {
		return nil, fmt.Errorf("resend: %w", err)
	}
	return &notifyv1.ResendResponse{Message: toProto(m, s.host.Config().Demo)}, nil
}

func (s *service) resend(ctx context.Context, messageID string) (m Message, err error) {
	if _, err := id.Market(id.Message, messageID); err != nil {
		return m, err
	}
	err = s.host.DB().Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		row, err := notifydb.New(tx).Lock(ctx, messageID)
		if errors.Is(err, sql.ErrNoRows) {
			return errNoMessage
		}
		if err != nil {
			return err
		}
		m = fromRow(row)
		switch {
		case m.Status == Queued:
			return nil
		case m.Status == Sent:
			return errSent
		case !m.kept():
			return errNotKept
		}
		m.Status, m.NextAt, m.Attempts, m.Error = Queued, s.host.Now().UnixMilli(), 0, ""
		tx.AfterCommit(s.sending.Wake)
		if err := notifydb.New(tx).Requeue(ctx,
			notifydb.RequeueParams{ID: m.ID, NextAt: m.NextAt}); err != nil {
			return err
		}
		return s.host.Audit(ctx, tx, audit.Entry{Action: "mail.resend", Subject: m.ID, Outcome: audit.Done})
	})
	return m, err
}

// troubles are the messages that failed and may be sent again.
func (s *service) troubles(ctx context.Context) ([]host.Trouble, error) {
	rows, err := notifydb.New(s.host.DB().Read()).Stuck(ctx, host.MaxTroubles)
	if err != nil {
		return nil, fmt.Errorf("list failed messages: %w", sqldb.Classify(err))
	}
	var found []host.Trouble
	for _, m := range fromRows(rows) {
		about := m.OrderID
		if about == "" {
			about = m.ID
		}
		found = append(found, host.Trouble{
			ID: m.ID, About: about, What: "A message was not sent: " + m.Error + ".",
			Since: time.UnixMilli(m.CreatedAt).UTC(), Attempts: m.Attempts,
		})
	}
	return found, nil
}

// retryTrouble is Resend of what may have been sent meanwhile.
func (s *service) retryTrouble(ctx context.Context, messageID string) error {
	_, err := s.resend(ctx, messageID)
	if errors.Is(err, errSent) {
		return nil
	}
	return err
}
