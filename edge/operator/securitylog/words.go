package securitylog

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	auditv1 "github.com/artisan-eats/artisan/gen/artisan/audit/v1"
	moneyv1 "github.com/artisan-eats/artisan/gen/artisan/money/v1"
)

// DeedWords say of an action what it is called, and what somebody did, before what it was done to. Words in
// braces are of the entry's detail; {money} is its amount.
var DeedWords = map[string][2]string{
	"sign_in":              {"Sign-in", "signed in as"},
	"sign_in.spray":        {"Many accounts tried", "tried {accounts} accounts"},
	"sign_up":              {"Sign-up", "signed up as"},
	"sign_out":             {"Sign-out", "signed out of"},
	"session.end":          {"Session ended", "ended a session of"},
	"step_up":              {"Proof given again", "proved again to be"},
	"password.change":      {"Password changed", "changed the password of"},
	"password.set":         {"Password set", "set the password of"},
	"password.reset":       {"Password reset", "reset, by a mailed link, the password of"},
	"email.request":        {"E-mail asked for", "asked for another e-mail address of"},
	"email.change":         {"E-mail changed", "changed the e-mail address of"},
	"email.verify":         {"E-mail verified", "verified the e-mail address of"},
	"recovery_codes.make":  {"Recovery codes made", "made new recovery codes of"},
	"recovery_code.use":    {"Recovery code used", "used a recovery code of"},
	"passkey.add":          {"Passkey added", "added a passkey to"},
	"passkey.remove":       {"Passkey removed", "removed a passkey of"},
	"passkey.cloned":       {"Passkey copied", "showed a passkey that may be a copy, as"},
	"totp.add":             {"Authenticator app added", "added an authenticator app to"},
	"totp.remove":          {"Authenticator app removed", "removed the authenticator app of"},
	"factors.reset":        {"Second factors taken away", "took away all passkeys, the app and the codes of"},
	"demo_account.close":   {"Demo account closed", "closed the published demo account"},
	"account.make":         {"Account made", "made the account"},
	"account.erase":        {"Account erased", "erased the account"},
	"role.change":          {"Roles changed", "changed to “{roles}” what may be done by"},
	"data.export":          {"Data handed out", "took a copy of all data of"},
	"request":              {"Refused at the door", "asked for what is not allowed ({code}):"},
	"order.cancel":         {"Order cancelled", "cancelled, at {money},"},
	"order.change":         {"Order changed", "changed, to {money},"},
	"order.refund":         {"Refund", "refunded {money} of"},
	"part.pack_other":      {"Packed other than ordered", "packed {lines} lines other than ordered of"},
	"part.take_back":       {"Step taken back", "took back a step of"},
	"pickup_limits.change": {"Limits of pick-up changed", "changed the limits of paying at pick-up in"},
	"producer.apply":       {"Application", "applied to sell, as"},
	"producer.make":        {"Producer made", "made the producer"},
	"producer.approve":     {"Producer approved", "let sell"},
	"producer.suspend":     {"Producer suspended", "stopped from selling"},
	"producer.rename":      {"Producer renamed", "gave another name to"},
	"producer.edit": {
		"Producer's page changed",
		"changed the page, the smallest order or the holidays of",
	},
	"people":          {"People asked for", "wanted to look after who works for"},
	"person.invite":   {"Person asked", "asked somebody to do “{rights}” for"},
	"person.uninvite": {"Invitation taken back", "took back an invitation of"},
	"person.join":     {"Person joined", "joined {producer} to do “{rights}”:"},
	"person.rights":   {"Rights changed", "changed to “{rights}” what may be done for {producer} by"},
	"person.remove":   {"Person removed", "removed from {producer}"},
	"prices.change":   {"Prices changed", "changed {variants} prices of"},
	"products.show":   {"Products shown", "showed {products} products of"},
	"products.hide":   {"Products hidden", "took off the shelf {products} products of"},
	"product.save":    {"Product saved", "saved, with its prices,"},
	"catalogue.import": {
		"Catalogue imported",
		"imported {products} products with {variants} variants into",
	},
	"catalogue.export": {"Catalogue handed out", "took the catalogue, as {format}, of"},
	"orders.export":    {"Orders handed out", "took {rows} rows, as {what}, of"},
	"market.change":    {"Market changed", "made or changed the market"},
	"stock.receive":    {"Goods received", "booked in {lots} lots of"},
	"stock.set":        {"Stock set", "set the stock of {variants} variants,"},
	"stock.count":      {"Stock counted", "counted the stock of"},
	"stock.undo":       {"Stocks put back as they were", "put {undone} stocks back as before"},
	"stock.adjust": {
		"Stocks counted or corrected",
		"counted {counted} stocks, and corrected {corrected},",
	},
	"stock.correct":       {"Stock corrected", "corrected the stock of"},
	"schedule.change":     {"Schedule changed", "made or changed"},
	"window.make":         {"Window made", "made"},
	"window.change":       {"Window changed", "changed or called off"},
	"window.cancel":       {"Window cancelled", "cancelled for good"},
	"window.close":        {"Window closed", "closed for new orders"},
	"window.open":         {"Window opened again", "opened for orders again"},
	"mail.resend":         {"Mail sent again", "had sent again"},
	"letter.not_me":       {"Letter was not wanted", "said “this was not me” of the letters about"},
	"letter.wanted_again": {"Letters wanted again", "wants letters again about"},
	"trouble.retry":       {"Trouble looked after", "looked after"},
	"order.let_through":   {"Order let through", "let through"},
	"order.called_off":    {"Order called off", "called off"},
	"operator.add":        {"Operator added", "let run the market"},
	"operator.remove":     {"Operator removed", "let no longer run the market"},
	"desk_factor.set":     {"Second factor required", "changed which desks want a second factor"},
	"keys.rewrap":         {"Keys wrapped anew", "wrapped {keys} keys under the current master key"},
	"keys.destroy":        {"Key destroyed", "destroyed a key that contacts were sealed to"},
	"log.export":          {"Log handed out", "took {entries} lines of this log, as {format}"},
	"log.trim":            {"Old lines let go", "let go of lines up to {up_to}"},
	"log.lost":            {"Lines lost", "could not tell of {times} refusals"},
}

// actionName is what an action is called; one without words is called by its own name.
func actionName(action string) string {
	if words, ok := DeedWords[action]; ok {
		return words[0]
	}
	return strings.NewReplacer(".", " ", "_", " ").Replace(action)
}

// logActions are the choices of actions, by their names.
func logActions(chosen string) [][2]string {
	var all [][2]string
	for action := range DeedWords {
		all = append(all, [2]string{action, actionName(action)})
	}
	if _, known := DeedWords[chosen]; chosen != "" && !known {
		all = append(all, [2]string{chosen, actionName(chosen)})
	}
	slices.SortFunc(all, func(a, b [2]string) int { return strings.Compare(a[1], b[1]) })
	return all
}

// deed says what was done, up to what it was done to.
func deed(p *web.Market, e *auditv1.Entry) string {
	words, ok := DeedWords[e.GetAction()]
	if e.GetAction() == "order.refund" {
		words[1] = refundWords(e.GetDetail())
	}
	if !ok {
		words[1] = "did “" + actionName(e.GetAction()) + "” to"
		if e.GetSubject() == "" {
			words[1] = "did “" + actionName(e.GetAction()) + "”"
		}
	}
	replace := []string{"{money}", amountOf(p, e)}
	for name, value := range e.GetDetail() {
		replace = append(replace, "{"+name+"}", value)
	}
	text := strings.NewReplacer(replace...).Replace(ofOne(words[1], e.GetDetail()))
	if e.GetSubject() == "" {
		for _, end := range []string{" as", " of", " in", " into", " to", ",", ":"} {
			text = strings.TrimSuffix(text, end)
		}
	}
	switch {
	case e.GetOutcome() == string(audit.Refused) && e.GetAction() != "request":
		text = "was refused: " + text
	case e.GetOutcome() == string(audit.Failed):
		text = "failed: " + text
	}
	if n, err := strconv.ParseInt(e.GetDetail()["times"], 10, 64); err == nil && e.GetAction() != "log.lost" {
		text = trade.Plural(n, "time more", "times more") + " " + text
	}
	return text
}

// manyThings is a number of an entry's detail, and what there is so much of.
var manyThings = regexp.MustCompile(`\{(\w+)\} (\w+)s\b`)

// ofOne says things that there is one of so.
func ofOne(words string, detail map[string]string) string {
	return manyThings.ReplaceAllStringFunc(words, func(many string) string {
		if parts := manyThings.FindStringSubmatch(many); detail[parts[1]] == "1" {
			return "1 " + parts[2]
		}
		return many
	})
}

// refundWords name whose part, or which line of it, was refunded.
func refundWords(detail map[string]string) string {
	switch {
	case detail["producer"] == "":
		return "refunded {money} of"
	case detail["line"] == "":
		return "refunded {money} for the part of {producer} in"
	case detail["goods"] == "": // as the version before told it
		return "refunded {money} for a line of {producer} in"
	}
	return "refunded {money} for {goods}, of {producer}, in"
}

// amountOf is the amount that an entry tells of; empty where it tells of none.
func amountOf(p *web.Market, e *auditv1.Entry) string {
	amount, err := strconv.ParseInt(e.GetDetail()["amount"], 10, 64)
	if err != nil {
		return ""
	}
	currency := e.GetDetail()["currency"]
	if currency == "" {
		currency = p.Currency
	}
	return p.Money(&moneyv1.Money{Amount: amount, Currency: currency})
}
