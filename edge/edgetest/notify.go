package edgetest

import (
	"context"

	"github.com/artisan-eats/artisan/fault"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	"github.com/artisan-eats/artisan/gen/artisan/notify/v1/notifyv1connect"
	"github.com/artisan-eats/artisan/gen/state"
)

type fakeNotify struct {
	notifyv1connect.UnimplementedNotifyServiceHandler
	*Peers
}

func (f fakeNotify) MailOrderLink(
	ctx context.Context, r *notifyv1.MailOrderLinkRequest,
) (*notifyv1.MailOrderLinkResponse, error) {
	return &notifyv1.MailOrderLinkResponse{}, f.called(ctx, "MailOrderLink", r)
}

func (f fakeNotify) Resend(ctx context.Context, r *notifyv1.ResendRequest) (*notifyv1.ResendResponse, error) {
	return &notifyv1.ResendResponse{Message: &notifyv1.Message{Id: r.GetId(), Status: state.MessageQueued}},
		f.called(ctx, "Resend", r)
}

func (f fakeNotify) ListMessages(
	ctx context.Context, r *notifyv1.ListMessagesRequest,
) (*notifyv1.ListMessagesResponse, error) {
	answer := &notifyv1.ListMessagesResponse{Messages: []*notifyv1.Message{{
		Id: "msg_x_1", To: "ann@example.org", Subject: "Your order",
		Text: "Thank you.\n<script>alert(1)</script>", Status: state.MessageSent, CreatedAt: 1,
	}}}
	f.Set(func(p *Peers) {
		if p.Messages != nil {
			answer.Messages = p.Messages
		}
	})
	return answer, f.called(ctx, "ListMessages", r)
}

// ListOrderMessages has the messages for each order.
func (f fakeNotify) ListOrderMessages(
	ctx context.Context, r *notifyv1.ListOrderMessagesRequest,
) (*notifyv1.ListOrderMessagesResponse, error) {
	answer := &notifyv1.ListOrderMessagesResponse{}
	f.Set(func(p *Peers) {
		for _, orderID := range r.GetOrderIds() {
			for _, m := range p.Messages {
				answer.Messages = append(answer.Messages, &notifyv1.Message{
					OrderId: orderID, To: m.GetTo(),
					Subject: m.GetSubject() + " " + orderID, ProducerId: m.GetProducerId(),
				})
			}
		}
	})
	return answer, f.called(ctx, "ListOrderMessages", r)
}

func (f fakeNotify) NotMe(ctx context.Context, r *notifyv1.NotMeRequest) (*notifyv1.NotMeResponse, error) {
	if r.GetToken() != "good-token" {
		return nil, fault.New(fault.NotFound, "link_ended", "This link is no longer good.")
	}
	answer := &notifyv1.NotMeResponse{Cause: "order", OrderId: PlacedOrder}
	if r.GetDo() == NotMeStop || r.GetDo() == NotMeDisown {
		answer.StoppedUntil = 1_795_161_600_000
	}
	return answer, f.called(ctx, "NotMe", r)
}
