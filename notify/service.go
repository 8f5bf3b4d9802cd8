package notify

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	"github.com/artisan-eats/artisan/gen/artisan/notify/v1/notifyv1connect"
	"github.com/artisan-eats/artisan/gen/sql/notifydb"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
)

const (
	// sendEvery finds messages that no wake-up told of: after a start, and when a pause is over.
	sendEvery   = 5 * time.Second
	forgetEvery = time.Hour
)

type service struct {
	notifyv1connect.UnimplementedNotifyServiceHandler
	host    *host.Host
	catalog catalogv1connect.CatalogServiceClient
	people  identityv1connect.IdentityServiceClient
	server  *server // nil: the mailbox
	sending *host.Job
}

// New makes the notify service on its host.
func New(h *host.Host) error {
	s, err := newService(h)
	if err != nil {
		return err
	}
	s.start()
	return nil
}

func newService(h *host.Host) (*service, error) {
	s := &service{
		host: h, catalog: catalogv1connect.NewCatalogServiceClient(h.Peer("catalog")),
		people: identityv1connect.NewIdentityServiceClient(h.Peer("identity")),
	}
	var err error
	if address := h.Config().SMTPURL; address != "" {
		s.server, err = newServer(address, h.Config().MailFrom)
	}
	return s, err
}

func (s *service) start() {
	notifyv1connect.RegisterNotifyServiceHandler(s.host.RPC(), s)
	s.host.Consume(s.handle)
	s.sending = s.host.Every("send mail", sendEvery, s.sendDue)
	s.host.Every("forget mail", forgetEvery, s.forget)
}

func (s *service) Send(ctx context.Context, request *notifyv1.SendRequest) (*notifyv1.SendResponse, error) {
	letter := Letter{request.GetTo(), request.GetSubject(), request.GetText()}
	if err := errors.Join(validKey(request.GetKey()), letter.validate()); err != nil {
		return nil, err
	}
	key := "send:" + request.GetKey()
	var messageID string
	err := s.host.DB().Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		m := Message{ID: s.host.NewID(id.Message, id.Global), Kind: Direct, Letter: letter, NextAt: s.host.Now().UnixMilli()}
		if err := queue(ctx, tx, keyed{key, m}); err != nil {
			return err
		}
		row, err := notifydb.New(tx).ByKey(ctx, key)
		messageID = row.ID
		tx.AfterCommit(s.sending.Wake)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("send: %w", err)
	}
	return &notifyv1.SendResponse{Id: messageID}, nil
}

func (s *service) ListMessages(ctx context.Context, request *notifyv1.ListMessagesRequest) (*notifyv1.ListMessagesResponse, error) {
	before, err := readCursor(request.GetCursor())
	if err != nil {
		return nil, err
	}
	size := pageSize(request.GetLimit())
	db := notifydb.New(s.host.DB().Read())
	var rows []notifydb.Message
	if request.GetOrderId() == "" {
		rows, err = db.List(ctx, notifydb.ListParams{Before: before, Most: size + 1})
	} else if _, err = id.Market(id.Order, request.GetOrderId()); err == nil {
		rows, err = db.ListOfOrder(ctx, notifydb.ListOfOrderParams{OrderID: request.GetOrderId(), Before: before, Most: size + 1})
	}
	if err != nil {
		return nil, fmt.Errorf("list messages: %w", sqldb.Classify(err))
	}
	response := &notifyv1.ListMessagesResponse{}
	if len(rows) > int(size) {
		rows = rows[:size]
		response.NextCursor = writeCursor(rows[size-1].ID)
	}
	for _, row := range rows {
		response.Messages = append(response.Messages, toProto(fromRow(row)))
	}
	return response, nil
}

func (s *service) GetMessage(ctx context.Context, request *notifyv1.GetMessageRequest) (*notifyv1.GetMessageResponse, error) {
	if _, err := id.Market(id.Message, request.GetId()); err != nil {
		return nil, err
	}
	row, err := notifydb.New(s.host.DB().Read()).Get(ctx, request.GetId())
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.New(fault.NotFound, "not_found", "There is no such message.")
	}
	if err != nil {
		return nil, fmt.Errorf("get a message: %w", sqldb.Classify(err))
	}
	return &notifyv1.GetMessageResponse{Message: toProto(fromRow(row))}, nil
}
