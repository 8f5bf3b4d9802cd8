package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
)

// operatorCmd says who runs the shop. Whoever may read the data directory may.
type operatorCmd struct {
	Add    operatorAddCmd    `cmd:"" help:"Make an account an operator's; prints a link to set its password."`
	List   operatorListCmd   `cmd:"" help:"Show who the operators are."`
	Remove operatorRemoveCmd `cmd:"" help:"Take the role from an account, and end its sessions."`
}

type operatorAddCmd struct {
	Email string `arg:"" help:"The operator's e-mail address."`
	Name  string `help:"What people call the operator."`
	Lost  bool   `name:"lost-factor" help:"Take away the passkeys, the app and the recovery codes that this operator has lost."`
	settings
}

type operatorListCmd struct {
	settings
}

type operatorRemoveCmd struct {
	Email string `arg:"" help:"The operator's e-mail address."`
	Force bool   `help:"Also the last one."`
	settings
}

// Run adds an operator. Its last line is the link.
func (c *operatorAddCmd) Run(ctx context.Context, std streams) error {
	return c.withOperators(ctx, "artisan operator add", std,
		func(ctx context.Context, client identityv1connect.OperatorServiceClient) error {
			made, err := client.AddOperator(ctx, &identityv1.AddOperatorRequest{
				Email: c.Email, Name: c.Name,
				LostFactor: c.Lost,
			})
			if err != nil {
				return err
			}
			note := "it was not mailed, for there is no mail server; hand it on so that nobody else sees it"
			if made.GetMailed() {
				note = "it is mailed too"
			}
			link := made.GetLink()
			if strings.HasPrefix(link, "/") { // no process that runs knows the shop's address
				link = "http://127.0.0.1:8080" + link
			}
			_, err = fmt.Fprintf(std.out,
				"%s is an operator. This link sets the password, once, until %s; %s:\n%s\n",
				made.GetAccount().GetEmail(),
				time.UnixMilli(made.GetExpiresAt()).Local().Format("2 Jan 2006, 15:04"), note, link)
			return err
		})
}

// Run lists the operators, a line each.
func (c *operatorListCmd) Run(ctx context.Context, std streams) error {
	return c.withOperators(ctx, "artisan operator list", std,
		func(ctx context.Context, client identityv1connect.OperatorServiceClient) error {
			found, err := client.ListOperators(ctx, &identityv1.ListOperatorsRequest{})
			if err != nil {
				return err
			}
			for _, o := range found.GetOperators() {
				state := "has not set a password yet"
				if o.GetCanSignIn() {
					state = "can sign in"
				}
				_, _ = fmt.Fprintf(std.out, "%s\t%s\t%s\n", o.GetAccount().GetEmail(),
					o.GetAccount().GetName(),
					state)
			}
			return nil
		})
}

// Run removes an operator.
func (c *operatorRemoveCmd) Run(ctx context.Context, std streams) error {
	return c.withOperators(ctx, "artisan operator remove", std,
		func(ctx context.Context, client identityv1connect.OperatorServiceClient) error {
			if _, err := client.RemoveOperator(ctx,
				&identityv1.RemoveOperatorRequest{Email: c.Email, Force: c.Force}); err != nil {
				return err
			}
			_, err := fmt.Fprintf(std.out, "%s is no operator any more\n", c.Email)
			return err
		})
}

func (s settings) withOperators(
	ctx context.Context, command string, std streams,
	use func(context.Context, identityv1connect.OperatorServiceClient) error,
) error {
	return s.withShop(ctx, command, std.err, func(s shop) error {
		return use(ctx, identityv1connect.NewOperatorServiceClient(s("identity")))
	})
}
