package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/trust"
)

// certsCmd makes an authority and the certificates of services.
type certsCmd struct {
	Dir  string   `arg:"" help:"Where they are kept: ca.pem, ca-key.pem, and NAME.pem and NAME-key.pem of each service. Give each process its own pair and ca.pem; ca-key.pem is for nobody but you." type:"path"`
	Days int      `help:"How long the certificates are good." default:"397" placeholder:"N"`
	Host []string `help:"A name or address of the machines that they are shown at, beside localhost. Services know each other by their names, so it is for other programs only." placeholder:"NAME"`
}

// Help is what stands below the flags' help.
func (certsCmd) Help() string {
	return `Each year: run it again with the same directory and answer "certificates". The authority stays, so old and new certificates are believed together, and running processes take the new ones by themselves when their files change.

Every ten years, or when its key may be known: answer "authority". It makes a new one, and ca.pem then has both. Give that to every process first; then run it again and answer "certificates".`
}

const day = 24 * time.Hour

// maxDays is as long as an authority is good.
const maxDays = int(trust.AuthorityFor / day)

// hostName is a name of DNS.
var hostName = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*$`)

// Run makes them, and asks first where there are some.
func (c *certsCmd) Run(std streams) error { return c.run(os.Stdin, std, time.Now()) }

func (c *certsCmd) run(in io.Reader, std streams, now time.Time) error {
	if err := c.check(); err != nil {
		return err
	}
	dir := trust.Directory(c.Dir)
	there, err := dir.Prepare(serviceNames())
	if err != nil {
		return err
	}
	var authority *trust.Authority
	if len(there) == 0 {
		if authority, err = dir.NewAuthority(now); err != nil {
			return err
		}
		return c.issue(dir, authority, std, now)
	}
	switch answer := c.ask(in, std.err, there); answer {
	case "y", "yes", "certificates":
		if authority, err = dir.Authority(); err != nil {
			return fmt.Errorf("%w; answer \"authority\" to make another, or name another directory", err)
		}
		if !now.Before(authority.Until()) {
			return errors.New("the authority has ended; answer \"authority\" to make another")
		}
		return c.issue(dir, authority, std, now)
	case "authority":
		return c.turn(dir, std, now)
	case "":
		return fmt.Errorf("there are %s and more in %s, and nobody answered what to do: nothing was changed; "+
			"run it at a terminal, or `echo certificates | artisan certs %s` for new certificates of the same authority, or name another directory",
			there[0], c.Dir, c.Dir)
	default:
		return errors.New("nothing was changed")
	}
}

func (c *certsCmd) check() error {
	if c.Days < 1 || c.Days > maxDays {
		return usageError{fmt.Errorf("--days is from 1 to %d", maxDays)}
	}
	for _, host := range c.Host {
		if net.ParseIP(host) == nil && !hostName.MatchString(host) {
			return usageError{fmt.Errorf("--host %q is no name of a machine and no address", host)}
		}
	}
	return nil
}

// ask asks what to do with what is there; the answer is empty where nobody does.
func (c *certsCmd) ask(in io.Reader, to io.Writer, there []string) string {
	_, _ = fmt.Fprintf(to, "In %s there are %s already.\n", c.Dir, strings.Join(there, ", "))
	_, _ = fmt.Fprint(to, "  certificates  new certificates of the same authority, in place of these\n"+
		"  authority     a new authority, believed beside the one before; these certificates stay\n"+
		"Which? Anything else changes nothing: ")
	answer, _ := bufio.NewReader(in).ReadString('\n')
	_, _ = fmt.Fprintln(to)
	return strings.ToLower(strings.TrimSpace(answer))
}

func (c *certsCmd) issue(
	dir trust.Directory, authority *trust.Authority, std streams, now time.Time,
) error {
	good := time.Duration(c.Days) * day
	if err := dir.Issue(authority, serviceNames(), c.Host, now, good); err != nil {
		return err
	}
	until := now.Add(good)
	if authority.Until().Before(until) {
		until = authority.Until()
	}
	_, err := fmt.Fprintf(std.out, "certs: %d certificates until %s, authority until %s\n", len(services),
		until.UTC().Format(time.RFC3339), authority.Until().UTC().Format(time.RFC3339))
	return err
}

// turn makes a new authority. Its certificates come later: who does not know it yet would refuse them.
func (c *certsCmd) turn(dir trust.Directory, std streams, now time.Time) error {
	authority, err := dir.NewAuthority(now)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(std.err,
		"Give ca.pem to every process; they take it within seconds. Then run this again and answer \"certificates\".\n")
	_, err = fmt.Fprintf(std.out, "certs: 0 certificates, authority until %s\n",
		authority.Until().UTC().Format(time.RFC3339))
	return err
}
