package operator

import (
	"net/http"

	"github.com/artisan-eats/artisan/edge/operator/view"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/web"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	"github.com/artisan-eats/artisan/gen/state"
)

// Mail lists what was sent by e-mail, and what could not be.
func (o *Office) Mail() (*web.Reply, error) {
	status := o.Visit.Param("status")
	answer, err := o.Visit.Site.Notify.ListMessages(o.Visit.Context(),
		&notifyv1.ListMessagesRequest{Status: status, Limit: web.DeskPage, Cursor: o.Visit.Cursor()})
	if err != nil {
		return nil, err
	}
	model := view.OfficePost{
		Bench: o.Desk("Mail", "/operator/mail"),
		Back:  o.At("/operator/mail", "status", status),
	}
	for _, s := range []string{"", state.MessageFailed, state.MessageQueued, state.MessageSent} {
		label := mailWords[s]
		if s == "" {
			label = "All"
		}
		model.Statuses = append(model.Statuses,
			page.Choice{Value: o.At("/operator/mail", "status", s), Label: label, Chosen: s == status})
	}
	for _, m := range answer.GetMessages() {
		model.Messages = append(model.Messages, o.message(m))
	}
	if next := answer.GetNextCursor(); next != "" {
		model.Next = o.At("/operator/mail", "status", status, "cursor", next)
	}
	return web.Render(o.Visit.Context(), http.StatusOK, view.OfficePostPage(model))
}

// Resend tries a message again that could not be sent.
func (o *Office) Resend() (*web.Reply, error) {
	form, err := o.Visit.Form()
	if err != nil {
		return nil, err
	}
	if _, err := o.Visit.Site.Notify.Resend(o.Visit.Context(),
		&notifyv1.ResendRequest{Id: o.Visit.Request.PathValue("id")}); err != nil {
		return nil, err
	}
	return web.Redirect(web.LocalPath(form.Get("back"), "/operator/mail")), nil
}
