package notify

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/locale"
	"github.com/artisan-eats/artisan/money"
)

// maxKey bounds the key of a message, in bytes.
const maxKey = 128

func validKey(key string) error {
	if key != "" && len(key) <= maxKey && utf8.ValidString(key) {
		for _, r := range key {
			if unicode.IsControl(r) {
				key = ""
			}
		}
		if key != "" {
			return nil
		}
	}
	return fault.InvalidField("key", "A key is 1 to 128 visible characters.")
}

// validCause checks what a letter comes from: a word, or nothing.
func validCause(cause string) error {
	for _, r := range cause {
		if r != '_' && (r < 'a' || r > 'z') {
			cause = strings.Repeat("a", maxCause+1)
		}
	}
	if len(cause) > maxCause {
		return fault.InvalidField("cause", "A cause is a word of small letters.")
	}
	return nil
}

// pageSize is what a list is asked for, within its limits.
func pageSize(limit int32) int32 {
	if limit <= 0 {
		return 50
	}
	return min(limit, 200)
}

// beforeAll sorts after every ID of a message.
const beforeAll = "z"

// readCursor reads the ID that a page goes on before.
func readCursor(cursor string) (string, error) {
	if cursor == "" {
		return beforeAll, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		_, err = id.Market(id.Message, string(raw))
	}
	if err != nil {
		return "",
			fault.New(fault.Invalid, "invalid_cursor", "This page does not exist; start from the first one.")
	}
	return string(raw), nil
}

func writeCursor(messageID string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(messageID))
}

// toProto shows a message to an operator; what is secret only in a demo, where it has nothing to open.
func toProto(m Message, demo bool) *notifyv1.Message {
	if m.Secret && !demo {
		m.Text = ""
	}
	return &notifyv1.Message{
		Id: m.ID, To: m.To, Subject: m.Subject, Text: m.Text, Status: string(m.Status),
		CreatedAt: m.CreatedAt, SentAt: m.SentAt,
		OrderId: m.OrderID, Error: m.Error, Secret: m.Secret, ProducerId: m.ProducerID,
	}
}

func validStatus(status string) error {
	if status == "" || slices.Contains(state.MessageStates(), status) {
		return nil
	}
	return fault.InvalidField("status", "A status is one of %s.", strings.Join(state.MessageStates(), ", "))
}

func readSnapshot(snapshot []byte) (*orderingv1.Order, error) {
	var o orderingv1.Order
	if err := proto.Unmarshal(snapshot, &o); err != nil {
		return nil, fmt.Errorf("read the order: %w", err)
	}
	return &o, nil
}

func readOrder(o *orderingv1.Order) Order {
	out := Order{
		ID: o.GetId(), Total: money.FromProto(o.GetTotal()), Most: money.FromProto(o.GetAuthorised()),
		Fee:         money.FromProto(o.GetFee()),
		PayAtPickup: o.GetPaymentMethod() == "pickup", Delivery: o.GetWindowKind() == "delivery",
		Place: o.GetWindowPlace(), Says: o.GetMarketSays(),
	}
	if o.GetWindowStartsAt() != 0 {
		out.Starts, out.Ends = time.UnixMilli(o.GetWindowStartsAt()), time.UnixMilli(o.GetWindowEndsAt())
	}
	if from := o.GetMovedFrom(); from != nil {
		out.WasStarts, out.WasEnds, out.WasPlace = time.UnixMilli(from.GetStartsAt()),
			time.UnixMilli(from.GetEndsAt()), from.GetPlace()
	}
	if steps := o.GetSteps(); len(steps) > 0 {
		out.ByMarket = steps[len(steps)-1].GetActorKind() == "operator"
	}
	if o.GetConfirmBy() != 0 {
		out.ConfirmToken, out.ConfirmBy, out.Held = o.GetConfirmToken(), time.UnixMilli(o.GetConfirmBy()),
			o.GetHoldsUntil() != 0
	}
	for _, part := range o.GetParts() {
		out.Changes = append(out.Changes, readChanges(part)...)
	}
	packed := o.GetStatus() == state.OrderPacked || o.GetStatus() == state.OrderDone
	for _, l := range o.GetLines() {
		out.Lines = append(out.Lines, readLine(l, packed))
	}
	return out
}

// readLine is a line of an order that is packed, or is not yet.
func readLine(l *orderingv1.OrderLine, packed bool) Line {
	milli := l.GetQuantity()
	if packed || l.GetPacked() {
		milli = l.GetPackedQuantity()
	}
	return Line{
		Milli: milli, Short: l.GetShort(), Ordered: l.GetQuantity(), Why: l.GetShortReason(),
		ByWeight: l.GetSoldBy() == "weight", Title: l.GetProductTitle(), Variant: l.GetVariantTitle(),
		Producer: l.GetProducerName(), ProducerID: l.GetProducerId(), Total: money.FromProto(l.GetTotal()),
		Allergens: l.GetAllergens(), Stated: l.AllergensStated,
	}
}

// readChanges are the lines of a part that its producer has not seen as they are now.
func readChanges(part *orderingv1.Part) (changes []LineChange) {
	for _, c := range part.GetChanges() {
		line := Line{
			ByWeight: c.GetSoldBy() == "weight", Title: c.GetProductTitle(),
			Variant: c.GetVariantTitle(), ProducerID: part.GetProducerId(),
		}
		changes = append(changes, LineChange{line, c.GetBefore(), c.GetAfter()})
	}
	return changes
}

func readMarket(m *catalogv1.Market, url string) (Market, error) {
	zone, err := time.LoadLocation(m.GetTimeZone())
	if err != nil {
		return Market{}, fmt.Errorf("the time zone of market %s: %w", m.GetCode(), err)
	}
	return Market{
		Name: m.GetName(), Locale: m.GetLocale(), Zone: zone, URL: url,
		Says: locale.New(m.GetLocale(), m.GetCountry()),
	}, nil
}

func readPerson(c *identityv1.Contact) Person {
	a := c.GetAddress()
	return Person{
		Email: c.GetEmail(), Name: c.GetName(), Line1: a.GetLine1(), Line2: a.GetLine2(),
		Code: a.GetPostalCode(), City: a.GetCity(), State: a.GetRegion(),
	}
}
