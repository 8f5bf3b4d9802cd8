package account

import (
	"net/http"
	"net/url"

	"github.com/artisan-eats/artisan/edge/account/view"
	"github.com/artisan-eats/artisan/edge/web"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
)

// MailPage is the demo's mailbox.
func MailPage(v *web.Visit) (*web.Reply, error) {
	answer, err := v.Site.Notify.ListMessages(v.Context(),
		&notifyv1.ListMessagesRequest{Limit: web.DeskPage, Cursor: v.Cursor()})
	if err != nil {
		return nil, err
	}
	model := view.Mail{
		Frame: v.Site.DeskFrame("Mailbox"),
		Next:  web.NextPage("/dev/mail", url.Values{}, answer.GetNextCursor()),
	}
	for _, m := range answer.GetMessages() {
		model.Messages = append(model.Messages, view.Message{
			To: m.GetTo(), Subject: m.GetSubject(), Text: m.GetText(), Status: m.GetStatus(),
			When: web.TimeOf(m.GetCreatedAt()).Format("2 Jan 15:04 MST"),
		})
	}
	return web.Render(v.Context(), http.StatusOK, view.MailPage(model))
}
