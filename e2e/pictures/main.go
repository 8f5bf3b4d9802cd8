// Command pictures takes the pictures of a running demo shop that the README shows:
//
//	pictures http://127.0.0.1:8080 data doc/pictures
//
// It orders a little first, so that the desks have something on them.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/cmd/artisan/demo"
	"github.com/artisan-eats/artisan/e2e/browser"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: pictures ADDRESS DATA DIRECTORY")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, "pictures:", err)
		os.Exit(1)
	}
}

func run(address, data, directory string) error {
	accounts, err := demo.Read(data)
	if err != nil {
		return err
	}
	b, err := browser.Start()
	if err != nil {
		return err
	}
	defer b.Close()
	album := &album{address, directory, accounts}
	if err := os.MkdirAll(directory, 0o750); err != nil { //nolint:gosec // whoever runs it names the directory
		return err
	}
	for _, way := range []func(*browser.Browser) error{album.shopper, album.producer, album.operator} {
		if err := way(b); err != nil {
			return err
		}
	}
	return nil
}

// album is where the pictures are of, where they go, and how to sign in.
type album struct {
	address, directory string
	accounts           demo.Accounts
}

// guests are who orders what, the last in front of the camera.
var guests = []struct{ name, product, pieces string }{
	{"Theo Marsh", "Cave butter", "2"},
	{"Ines Duarte", "Buttermilk", "3"},
	{"Ada Lovelace", "Thomas Creek washed rind", "2"},
}

func (a *album) shopper(b *browser.Browser) error {
	tab, err := b.Tab(phone)
	if err != nil {
		return err
	}
	defer tab.Close()
	if err := a.hung(tab); err != nil {
		return err
	}
	for i, g := range guests {
		camera := a.take
		if i < len(guests)-1 {
			camera = func(*browser.Tab, string) error { return nil }
		}
		err := inTurn(
			func() error { return tab.Open(a.address + "/m/portland") },
			func() error { return camera(tab, "home") },
			func() error { return tab.Open(a.address + "/m/portland/products?category=cheese") },
			func() error { return camera(tab, "list") },
			func() error {
				return tab.Open(a.address + "/m/portland/products?q=" +
					strings.ReplaceAll(g.product, " ", "+"))
			},
			func() error { return tab.Press(g.product) },
			func() error { return tab.See("Pieces") },
			func() error { return camera(tab, "product") },
			func() error { return tab.Fill("Pieces", g.pieces) },
			func() error { return tab.Press("Add") },
			func() error { return tab.See("Basket 1") },
			func() error { return tab.Open(a.address + "/checkout") },
			func() error { return tab.Fill("Name", g.name) },
			func() error { return tab.Fill("E-mail", "guest@example.org") },
			func() error { return tab.Choose("Larch Hall") },
			func() error { return camera(tab, "checkout") },
			func() error { return tab.Choose("A test card") }, // who pays on pickup has a letter to follow
			func() error { return tab.Press("Place the order") },
			func() error { return tab.See("Thank you") },
			func() error { return camera(tab, "order") },
		)
		if err != nil {
			return err
		}
	}
	return nil
}

// hung waits until each thing in the lists has its picture: a demo puts them in once it is open.
func (a *album) hung(tab *browser.Tab) error {
	patience := tab.Patience
	defer func() { tab.Patience = patience }()
	tab.Patience = 3 * time.Minute
	return tab.Until(func() error {
		for _, path := range []string{"/m/portland", "/m/portland/products?category=cheese"} {
			if err := tab.Open(a.address + path); err != nil {
				return err
			}
			if bare, err := browser.Ask[int](tab,
				`document.querySelectorAll("main .blank").length`); err != nil || bare > 0 {
				return errors.Join(err, fmt.Errorf("%d things have no picture yet", bare))
			}
		}
		return nil
	})
}

func (a *album) producer(b *browser.Browser) error {
	return a.desk(b, "producer", map[string]string{"producer": "/producer", "pack-list": "/producer/pack"})
}

func (a *album) operator(b *browser.Browser) error {
	return a.desk(b, "operator", map[string]string{"operator": "/operator/today"})
}

// desk takes pictures of the pages of an account of the demo, by their names.
func (a *album) desk(b *browser.Browser, role string, pages map[string]string) error {
	tab, err := b.Tab(phone)
	if err != nil {
		return err
	}
	defer tab.Close()
	if err := a.signIn(tab, role); err != nil {
		return err
	}
	for name, path := range pages {
		if err := tab.Open(a.address + path); err != nil {
			return err
		}
		if err := a.take(tab, name); err != nil {
			return err
		}
	}
	return nil
}

func (a *album) signIn(tab *browser.Tab, role string) error {
	account := a.accounts.Of(role)
	return inTurn(
		func() error { return tab.Open(a.address + "/sign-in") },
		func() error { return tab.Fill("E-mail", account.Email) },
		func() error { return tab.Fill("Password", account.Password) },
		func() error { return tab.Press("Sign in") },
		func() error { return tab.See("Desk") }, // where who has one lands
	)
}

var phone = browser.Eyes{Width: browser.Phone.Width, Height: browser.Phone.Height, Sharp: true}

// looks are how each page is shown, by the end of the file's name.
var looks = map[string]browser.Eyes{
	"phone":      phone,
	"phone-dark": {Width: browser.Phone.Width, Height: browser.Phone.Height, Sharp: true, Dark: true},
	"desk":       browser.Desk,
	"desk-dark":  {Width: browser.Desk.Width, Height: browser.Desk.Height, Dark: true},
}

// take takes the pictures of what the tab shows, and leaves it as the phone sees it.
func (a *album) take(tab *browser.Tab, name string) error {
	for look, eyes := range looks {
		if err := inTurn(func() error { return tab.Look(eyes) }, tab.Drawn); err != nil {
			return err
		}
		picture, err := tab.Picture()
		if err != nil {
			return err
		}
		file := filepath.Join(a.directory, name+"-"+look+".webp")
		if err := os.WriteFile(file, picture, 0o600); err != nil {
			return err
		}
		fmt.Printf("%s %d kB\n", file, (len(picture)+999)/1000)
	}
	return tab.Look(phone)
}

// inTurn does one thing after another, until one fails.
func inTurn(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}
