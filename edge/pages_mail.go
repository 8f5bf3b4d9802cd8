package edge

import (
	"net/http"
	"net/url"

	"github.com/artisan-eats/artisan/edge/page"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
)

// mailPage is the demo's mailbox.
func (e *site) mailPage(v *visit) (*reply, error) {
	answer, err := e.notify.ListMessages(v.Context(), &notifyv1.ListMessagesRequest{Limit: deskPage, Cursor: v.cursor()})
	if err != nil {
		return nil, err
	}
	model := page.Mail{Frame: e.deskFrame("Mailbox"), Next: nextPage("/dev/mail", url.Values{}, answer.GetNextCursor())}
	for _, m := range answer.GetMessages() {
		model.Messages = append(model.Messages, page.Message{
			To: m.GetTo(), Subject: m.GetSubject(), Text: m.GetText(), Status: m.GetStatus(), When: timeOf(m.GetCreatedAt()).Format("2 Jan 15:04 MST"),
		})
	}
	return render(v.Context(), http.StatusOK, page.MailPage(model))
}
