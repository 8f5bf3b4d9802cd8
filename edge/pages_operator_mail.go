package edge

import (
	"net/http"

	"github.com/artisan-eats/artisan/edge/page"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
)

// mail lists what was sent by e-mail, and what could not be.
func (o *office) mail() (*reply, error) {
	status := o.param("status")
	answer, err := o.site.notify.ListMessages(o.Context(), &notifyv1.ListMessagesRequest{Status: status, Limit: deskPage, Cursor: o.cursor()})
	if err != nil {
		return nil, err
	}
	model := page.OfficePost{Bench: o.desk("Mail", "/operator/mail"), Back: o.at("/operator/mail", "status", status)}
	for _, s := range []string{"", mailFailed, mailQueued, mailSent} {
		label := mailWords[s]
		if s == "" {
			label = "All"
		}
		model.Statuses = append(model.Statuses, page.Choice{Value: o.at("/operator/mail", "status", s), Label: label, Chosen: s == status})
	}
	for _, m := range answer.GetMessages() {
		model.Messages = append(model.Messages, o.message(m))
	}
	if next := answer.GetNextCursor(); next != "" {
		model.Next = o.at("/operator/mail", "status", status, "cursor", next)
	}
	return render(o.Context(), http.StatusOK, page.OfficePostPage(model))
}

// resend tries a message again that could not be sent.
func (o *office) resend() (*reply, error) {
	form, err := o.form()
	if err != nil {
		return nil, err
	}
	if _, err := o.site.notify.Resend(o.Context(), &notifyv1.ResendRequest{Id: o.PathValue("id")}); err != nil {
		return nil, err
	}
	return redirect(localPath(form.Get("back"), "/operator/mail")), nil
}
