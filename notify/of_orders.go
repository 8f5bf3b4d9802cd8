package notify

import (
	"context"
	"fmt"

	"github.com/artisan-eats/artisan/fault"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
)

const (
	maxOrders = 100
	// maxOfOrder is how many messages of an order are listed at the most.
	maxOfOrder = 50
)

// ListOrderMessages lists what was written to those who ordered; see the contract.
func (s *service) ListOrderMessages(
	ctx context.Context, r *notifyv1.ListOrderMessagesRequest,
) (*notifyv1.ListOrderMessagesResponse, error) {
	if len(r.GetOrderIds()) > maxOrders {
		return nil, fault.InvalidField("order_ids", "At most %d orders at a time.", maxOrders)
	}
	for _, orderID := range r.GetOrderIds() {
		if _, err := id.Market(id.Order, orderID); err != nil {
			return nil, err
		}
	}
	response := &notifyv1.ListOrderMessagesResponse{}
	db := s.host.DB().Read()
	ofOrders, arg := sqldb.In(db, "order_id", 1, r.GetOrderIds())
	err := sqldb.EachRow(ctx, db, `SELECT id, recipient, subject, text, status, created_at, sent_at, order_id,
		error, secret
		FROM (SELECT m.*, ROW_NUMBER() OVER (PARTITION BY order_id ORDER BY id DESC) AS newest
		FROM messages AS m
			WHERE order_id <> '' AND producer_id = '' AND `+ofOrders+`) AS listed
		WHERE newest <= $2 ORDER BY order_id, newest`, []any{arg, maxOfOrder},
		func(scan sqldb.Scanner) error {
			var m Message
			err := scan(&m.ID, &m.To, &m.Subject, &m.Text, &m.Status, &m.CreatedAt, &m.SentAt, &m.OrderID,
				&m.Error, &m.Secret)
			response.Messages = append(response.Messages, toProto(m, s.host.Config().Demo))
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("list messages of orders: %w", err)
	}
	return response, nil
}
