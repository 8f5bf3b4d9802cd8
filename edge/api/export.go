package api

import (
	"net/http"
	"time"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// ExportJSON is everything that is kept about a member.
type ExportJSON struct {
	Account   accountJSON     `json:"account"`
	Addresses []addressJSON   `json:"addresses"`
	Orders    []exportedOrder `json:"orders"`
}

type exportedOrder struct {
	OrderJSON
	Contact  *contactJSON  `json:"contact"`
	Messages []messageJSON `json:"messages"`
}

type contactJSON struct {
	Email   string       `json:"email"`
	Name    string       `json:"name"`
	Phone   string       `json:"phone"`
	Note    string       `json:"note"`
	Address *addressJSON `json:"address"`
}

type messageJSON struct {
	To        string    `json:"to"`
	Subject   string    `json:"subject"`
	Text      string    `json:"text"`
	Status    string    `json:"status"`
	CreatedAt time.Time `json:"created_at"`
}

const (
	// exportPage is how many orders are read at once, exportMost how many there may be.
	exportPage = 50
	exportMost = 5000
)

// ExportData answers all that is known of a member, to keep.
func ExportData(v *web.Visit) (*web.Reply, error) {
	if err := v.Site.Host.AuditSurely(v.Context(),
		audit.Entry{Action: "data.export", Subject: v.Account.GetId(), Outcome: audit.Done}); err != nil {
		return nil, err
	}
	all, err := trade.Addresses(v)
	if err != nil {
		return nil, err
	}
	out := ExportJSON{
		Account: accountToJSON(v.Whole()), Addresses: []addressJSON{},
		Orders: []exportedOrder{},
	}
	for _, a := range all {
		out.Addresses = append(out.Addresses, addressToJSON(a))
	}
	request := trade.EveryOrder(v)
	request.Limit = exportPage
	for more := true; more && len(out.Orders) < exportMost; more = request.Cursor != "" {
		answer, err := v.Site.Ordering.ListOrders(v.Context(), request)
		if err != nil {
			return nil, err
		}
		page, err := exported(v, answer.GetOrders())
		if err != nil {
			return nil, err
		}
		out.Orders, request.Cursor = append(out.Orders, page...), answer.GetNextCursor()
	}
	answer, err := web.JSON(http.StatusOK, out)
	if err != nil {
		return nil, err
	}
	return answer.Set("Content-Disposition", `attachment; filename="artisan-eats.json"`), nil
}

func exported(v *web.Visit, orders []*orderingv1.Order) ([]exportedOrder, error) {
	if len(orders) == 0 {
		return nil, nil
	}
	sealed := &identityv1.OpenRequest{}
	for _, o := range orders {
		sealed.Sealed = append(sealed.Sealed, o.GetSealedContact())
	}
	opened, err := v.Site.Identity.Open(v.Context(), sealed)
	if err != nil {
		return nil, err
	}
	asked := &notifyv1.ListOrderMessagesRequest{}
	for _, o := range orders {
		asked.OrderIds = append(asked.OrderIds, o.GetId())
	}
	messages, err := v.Site.Notify.ListOrderMessages(v.Context(), asked)
	if err != nil {
		return nil, err
	}
	ofOrder := map[string][]*notifyv1.Message{}
	for _, m := range messages.GetMessages() {
		ofOrder[m.GetOrderId()] = append(ofOrder[m.GetOrderId()], m)
	}
	var list []exportedOrder
	for i, o := range orders {
		list = append(list, exportedOrder{
			orderToJSON(o, ""), contactToJSON(opened.GetContacts()[i]),
			messagesToJSON(ofOrder[o.GetId()]),
		})
	}
	return list, nil
}

func contactToJSON(o *identityv1.Opened) *contactJSON {
	c := o.GetContact()
	if c == nil {
		return nil
	}
	out := &contactJSON{Email: c.GetEmail(), Name: c.GetName(), Phone: c.GetPhone(), Note: c.GetNote()}
	if c.GetAddress() != nil {
		address := addressToJSON(c.GetAddress())
		out.Address = &address
	}
	return out
}

// messagesToJSON leaves out what was written to producers.
func messagesToJSON(messages []*notifyv1.Message) []messageJSON {
	list := []messageJSON{}
	for _, m := range messages {
		if m.GetProducerId() == "" {
			list = append(list, messageJSON{
				m.GetTo(), m.GetSubject(), m.GetText(), m.GetStatus(),
				web.TimeOf(m.GetCreatedAt()),
			})
		}
	}
	return list
}
