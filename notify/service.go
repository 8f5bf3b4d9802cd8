package notify

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	"github.com/artisan-eats/artisan/gen/artisan/notify/v1/notifyv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/ordering/v1/orderingv1connect"
	"github.com/artisan-eats/artisan/gen/sql/notifydb"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/locale"
	"github.com/artisan-eats/artisan/share"
	"github.com/artisan-eats/artisan/sqldb"
)

const (
	// sendEvery finds messages that no wake-up told of: after a start, and when a pause is over.
	sendEvery   = 5 * time.Second
	forgetEvery = time.Hour
)

type service struct {
	host    *host.Host
	catalog catalogv1connect.CatalogServiceClient
	people  identityv1connect.IdentityServiceClient
	orders  orderingv1connect.OrderingServiceClient
	post    post
	server  *server // nil: the mailbox
	hand    hand
	looked  time.Time // when the sending job last looked for what others left
	sending *host.Job
	telling *host.Job
}

// Room is the service's line of the table of services.
func Room() host.Service {
	return host.Service{
		Name: "notify", New: New, Migrations: Migrations(),
		Consumes: []string{"ordering", "payments"},
		Calls:    []string{"catalog", "identity", "ordering"},
	}
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
		orders: orderingv1connect.NewOrderingServiceClient(h.Peer("ordering")),
	}
	var err error
	if s.post, err = newPost(h.Config()); err != nil {
		return nil, err
	}
	if address := h.Config().SMTPURL; address != "" {
		s.server, err = newServer(address, h.Config().MailFrom)
	}
	return s, err
}

func (s *service) start() {
	notifyv1connect.RegisterNotifyServiceHandler(s.host.RPC(), s)
	s.host.Consume(s.handle)
	s.host.Troubles("mail", s.troubles, s.retryTrouble)
	s.host.Troubles("letters", s.heldBack, s.seeHeld)
	s.host.Troubles("not-me", s.disowned, s.seeDisowned)
	s.telling = s.host.Every("tell what was disowned", tellEvery, s.tellOrdering)
	s.sending = s.host.Every("send mail", sendEvery, s.sendDue)
	s.host.Every("forget mail", forgetEvery, s.forget).Alone()
}

// mailbox is where messages go.
func (s *service) mailbox() mailbox {
	switch {
	case s.server != nil:
		return noMailbox
	case s.host.Config().Demo:
		return openMailbox
	default:
		return closedMailbox
	}
}

func (s *service) Send(ctx context.Context, request *notifyv1.SendRequest) (*notifyv1.SendResponse, error) {
	letter := Letter{request.GetTo(), request.GetSubject(), request.GetText()}
	if err := errors.Join(validKey(request.GetKey()), letter.validate(),
		validCause(request.GetCause())); err != nil {
		return nil, err
	}
	prefix, _, _ := strings.Cut(request.GetKey(), ":")
	cause := cmp.Or(request.GetCause(), prefix[:min(len(prefix), maxCause)])
	key := "send:" + request.GetKey()
	var messageID string
	err := s.host.DB().Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		m := Message{
			ID: s.host.NewID(id.Message, id.Global), Kind: Direct, Letter: letter,
			Secret: request.GetSecret(), Cause: cause, Verified: request.GetVerified(), Sender: s.sender(ctx),
			Locale: locale.Tag(ctx), NextAt: s.host.Now().UnixMilli(),
		}
		if err := s.enqueue(ctx, tx, keyed{key, m}); err != nil {
			return err
		}
		row, err := notifydb.New(tx).ByKey(ctx, key)
		messageID = row.ID
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("send: %w", err)
	}
	return &notifyv1.SendResponse{Id: messageID}, nil
}

// sender is a keyed hash of who asks for a letter; empty where that is a job of the shop's own.
func (s *service) sender(ctx context.Context) string {
	who := audit.ActorOf(ctx)
	if from := cmp.Or(who.ID, share.NetworkOf(who.Address)); from != "" {
		return s.post.hashes(from)[0]
	}
	return ""
}

func (s *service) ListMessages(
	ctx context.Context, request *notifyv1.ListMessagesRequest,
) (*notifyv1.ListMessagesResponse, error) {
	before, err := readCursor(request.GetCursor())
	if err != nil {
		return nil, err
	}
	size := pageSize(request.GetLimit())
	rows, err := s.page(ctx, request, before, size+1)
	if err != nil {
		return nil, fmt.Errorf("list messages: %w", sqldb.Classify(err))
	}
	response := &notifyv1.ListMessagesResponse{}
	if len(rows) > int(size) {
		rows = rows[:size]
		response.NextCursor = writeCursor(rows[size-1].ID)
	}
	for _, row := range rows {
		response.Messages = append(response.Messages, toProto(fromRow(row), s.host.Config().Demo))
	}
	return response, nil
}

// page reads so many messages before an ID that a list asks for, newest first.
func (s *service) page(
	ctx context.Context, request *notifyv1.ListMessagesRequest, before string, most int32,
) ([]notifydb.Message, error) {
	status, orderID := request.GetStatus(), request.GetOrderId()
	if err := validStatus(status); err != nil {
		return nil, err
	}
	db := notifydb.New(s.host.DB().Read())
	switch {
	case orderID != "":
		if _, err := id.Market(id.Order, orderID); err != nil {
			return nil, err
		}
		return db.ListOfOrder(ctx, notifydb.ListOfOrderParams{
			OrderID: orderID, Status: status,
			Before: before, Most: most,
		})
	case status != "":
		return db.ListWithStatus(ctx, notifydb.ListWithStatusParams{
			Status: status, Before: before,
			Most: most,
		})
	default:
		return db.List(ctx, notifydb.ListParams{Before: before, Most: most})
	}
}

func (s *service) GetMessage(
	ctx context.Context, request *notifyv1.GetMessageRequest,
) (*notifyv1.GetMessageResponse, error) {
	if _, err := id.Market(id.Message, request.GetId()); err != nil {
		return nil, err
	}
	row, err := notifydb.New(s.host.DB().Read()).Get(ctx, request.GetId())
	if errors.Is(err, sql.ErrNoRows) {
		return nil, errNoMessage
	}
	if err != nil {
		return nil, fmt.Errorf("get a message: %w", sqldb.Classify(err))
	}
	return &notifyv1.GetMessageResponse{Message: toProto(fromRow(row), s.host.Config().Demo)}, nil
}
