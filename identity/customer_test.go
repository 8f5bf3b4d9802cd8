package identity_test

import (
	"context"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/identity"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

func (s shop) find(t *testing.T, email string) []string {
	t.Helper()
	r, err := s.FindCustomers(t.Context(), &identityv1.FindCustomersRequest{Email: email})
	if err != nil {
		t.Fatal(err)
	}
	return r.GetCustomerIds()
}

func (s shop) erase(ctx context.Context, customer, password string) error {
	_, err := s.Erase(ctx, &identityv1.EraseRequest{
		CustomerId: customer, Password: password,
		ByShop: password == "",
	})
	return err
}

func TestCustomersAreFoundByEmailNewestFirstUntilTheyAreErased(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		old := s.SealFor(t, "", s.Order()).GetCustomerId()
		s.Clock.Advance(time.Second)
		member := s.signUp(t, "ann@example.org").GetAccount().GetId()
		s.SealFor(t, member, s.Order())
		s.Clock.Advance(time.Second)
		order := s.Order()
		young := s.SealFor(t, "", order).GetCustomerId()
		s.SealFor(t, "", order)
		if got := s.find(t, " ANN@example.org"); !slices.Equal(got, []string{young, member, old}) {
			t.Errorf("found %v, want %s, %s, %s", got, young, member, old)
		}
		if got := s.find(t, "bob@example.org"); len(got) != 0 {
			t.Errorf("somebody else is %v", got)
		}
		for _, customer := range []string{young, member} {
			if err := s.erase(t.Context(), customer, ""); err != nil {
				t.Fatal(err)
			}
		}
		if got := s.find(t, "ann@example.org"); !slices.Equal(got, []string{old}) {
			t.Errorf("after the erasure found %v, want %s", got, old)
		}
		_, err := s.FindCustomers(t.Context(), &identityv1.FindCustomersRequest{Email: "ann"})
		wantFields(t, err, "email")
	})
}

func TestAnAddressIsSharedOnceItIsVerified(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		member, other := s.signUp(t, "ann@example.org").GetAccount().GetId(),
			s.signUp(t, "bob@example.org").GetAccount().GetId()
		guest := s.SealFor(t, "", s.Order()).GetCustomerId()
		shares := func(account string) bool {
			t.Helper()
			answer, err := s.SharesAddress(t.Context(),
				&identityv1.SharesAddressRequest{AccountId: account, GuestId: guest})
			if err != nil {
				t.Fatal(err)
			}
			return answer.GetShares()
		}
		if !shares(member) || shares(other) || shares(guest) {
			t.Error("a guest's address is not that of the account that has verified it alone")
		}
		s.unverify(t, "ann@example.org")
		if shares(member) {
			t.Error("an address that nobody has verified is shared")
		}
		s.Exec(t, "UPDATE accounts SET verified_at = 1 WHERE email = $1", "ann@example.org")
		if err := s.erase(t.Context(), guest, ""); err != nil {
			t.Fatal(err)
		}
		if shares(member) {
			t.Error("what was erased is shared")
		}
		_, err := s.SharesAddress(t.Context(),
			&identityv1.SharesAddressRequest{AccountId: "x", GuestId: guest})
		if fault.KindOf(err) != fault.NotFound {
			t.Errorf("no account: %v", err)
		}
	})
}

func TestAMemberIsFoundAmongManyGuests(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		member := s.signUp(t, "ann@example.org").GetAccount().GetId()
		for range 60 {
			s.Clock.Advance(time.Second)
			s.SealFor(t, "", s.Order())
		}
		if got := s.find(t, "ann@example.org"); len(got) != 50 || got[49] != member {
			t.Errorf("found %d, the last %s", len(got), got[len(got)-1])
		}
	})
}

func TestAGuestsAddressIsNotStoredInTheClear(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		s.SealFor(t, "", s.Order())
		var index string
		err := s.Process.Host("identity").DB().Read().QueryRowContext(t.Context(),
			"SELECT email_index FROM customer_keys").Scan(&index)
		if err != nil || len(index) != 64 || strings.Contains(index, "ann") {
			t.Errorf("stored %q, %v", index, err)
		}
	})
}

func (s shop) addProducer(ctx context.Context, account, producer string) (*identityv1.Account, error) {
	r, err := s.AddProducer(ctx, &identityv1.AddProducerRequest{CustomerId: account, ProducerId: producer})
	return r.GetAccount(), err
}

func (s shop) contacts(t *testing.T, producers ...string) (emails []string) {
	t.Helper()
	r, err := s.ProducerContacts(t.Context(), &identityv1.ProducerContactsRequest{ProducerIds: producers})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range r.GetContacts() {
		if !slices.Contains(producers, c.GetProducerId()) || c.GetName() != "Ann Baker" {
			t.Errorf("a contact of nobody asked for: %v", c)
		}
		emails = append(emails, c.GetEmail())
	}
	return emails
}

func TestAnAccountActsForAProducerAtOnce(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		up := s.signUp(t, "ann@example.org")
		account := up.GetAccount().GetId()
		h := s.Process.Host("identity")
		dairy, bakery := h.NewID(id.Producer, "portland"), h.NewID(id.Producer, "portland")
		for _, producer := range []string{dairy, bakery, dairy} {
			if _, err := s.addProducer(t.Context(), account, producer); err != nil {
				t.Fatal(err)
			}
		}
		_, err := s.Session(t.Context(), up.GetSessionToken())
		wantCode(t, "a session from before", err, fault.Unauthenticated, "no_session")
		got, err := s.signIn(t.Context(), "ann@example.org", password)
		if err != nil || !slices.Equal(got.GetAccount().GetProducerIds(), []string{dairy, bakery}) ||
			!slices.Equal(got.GetAccount().GetRoles(), []string{"producer", "shopper"}) {
			t.Errorf("the session says %v, %v", got, err)
		}
		if got := s.contacts(t, dairy); !slices.Equal(got, []string{"ann@example.org"}) {
			t.Errorf("contacts %v", got)
		}
	})
}

func TestWhoCannotActForAProducer(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		h := s.Process.Host("identity")
		dairy := h.NewID(id.Producer, "portland")
		for _, nobody := range []string{
			"", "x", h.NewID(id.Customer, id.Global),
			s.SealFor(t, "", s.Order()).GetCustomerId(),
		} {
			if _, err := s.addProducer(t.Context(), nobody, dairy); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%q: %v", nobody, err)
			}
		}
		account := s.signUp(t, "ann@example.org").GetAccount().GetId()
		for _, bad := range []string{"", "x", account, dairy + "\x00"} {
			_, err := s.addProducer(t.Context(), account, bad)
			wantFields(t, err, "producer_id")
		}
		for range 100 {
			if _, err := s.addProducer(t.Context(), account, h.NewID(id.Producer, "portland")); err != nil {
				t.Fatal(err)
			}
		}
		_, err := s.addProducer(t.Context(), account, dairy)
		wantCode(t, "one too many", err, fault.Conflict, "too_many_producers")
	})
}

func TestAProducersContactsAreThoseWhoActForItOldestFirst(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		h := s.Process.Host("identity")
		dairy, bakery := h.NewID(id.Producer, "portland"), h.NewID(id.Producer, "portland")
		var accounts []string
		for _, email := range []string{"bo@example.org", "al@example.org"} {
			account := s.signUp(t, email).GetAccount().GetId()
			accounts = append(accounts, account)
			s.Clock.Advance(time.Second)
			if _, err := s.addProducer(t.Context(), account, dairy); err != nil {
				t.Fatal(err)
			}
		}
		if got := s.contacts(t, bakery, dairy); !slices.Equal(got,
			[]string{"bo@example.org", "al@example.org"}) {
			t.Errorf("contacts %v", got)
		}
		ensure := &identityv1.EnsureAccountRequest{
			Email: "bo@example.org", Roles: []string{"producer"},
			ProducerIds: []string{bakery},
		}
		if _, err := s.EnsureAccount(t.Context(), ensure); err != nil {
			t.Fatal(err)
		}
		if err := s.erase(t.Context(), accounts[1], ""); err != nil {
			t.Fatal(err)
		}
		if got := s.contacts(t, dairy); len(got) != 0 {
			t.Errorf("of a producer that nobody acts for any more: %v", got)
		}
		if got := s.contacts(t, bakery); !slices.Equal(got, []string{"bo@example.org"}) {
			t.Errorf("contacts %v", got)
		}
		if got := s.contacts(t); len(got) != 0 {
			t.Errorf("of no producer: %v", got)
		}
		_, err := s.ProducerContacts(t.Context(),
			&identityv1.ProducerContactsRequest{ProducerIds: []string{"x"}})
		wantFields(t, err, "producer_id")
		_, err = s.ProducerContacts(t.Context(),
			&identityv1.ProducerContactsRequest{ProducerIds: slices.Repeat([]string{dairy}, 201)})
		wantFields(t, err, "producer_ids")
	})
}

func TestAPersonErasesAnAccountWithItsPasswordOnly(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		ann, bob := s.signUp(t, "ann@example.org"), s.signUp(t, "bob@example.org")
		account := ann.GetAccount().GetId()
		for range 10 {
			wantCode(t, "a wrong password", s.erase(t.Context(), account, "wrong password"),
				fault.Unauthenticated, "bad_credentials")
		}
		wantCode(t, "after too many", s.erase(t.Context(), account, password), fault.Exhausted,
			"too_many_attempts")
		if _, err := s.signIn(t.Context(), "ann@example.org", password); err != nil {
			t.Errorf("they lock the door: %v", err)
		}
		if _, err := s.Session(t.Context(), ann.GetSessionToken()); err != nil {
			t.Fatalf("it was erased all the same: %v", err)
		}
		s.Clock.Advance(15 * time.Minute)
		if err := s.erase(t.Context(), account, password); err != nil {
			t.Fatal(err)
		}
		_, err := s.Session(t.Context(), ann.GetSessionToken())
		wantCode(t, "the session", err, fault.Unauthenticated, "no_session")
		if _, err := s.Session(t.Context(), bob.GetSessionToken()); err != nil {
			t.Errorf("somebody else: %v", err)
		}
		guest := s.SealFor(t, "", s.Order())
		wantCode(t, "a guest has no password", s.erase(t.Context(), guest.GetCustomerId(), password),
			fault.Unauthenticated, "bad_credentials")
		if opened := s.Opened(t, guest.GetSealed()); opened[0].GetErased() {
			t.Error("a guest was erased with somebody's password")
		}
	})
}

// before are the migrations up to a number.
func before(t *testing.T, number string) fs.FS {
	t.Helper()
	files := fstest.MapFS{}
	names, err := fs.Glob(identity.Migrations(), "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if name < number {
			content, err := fs.ReadFile(identity.Migrations(), name)
			if err != nil {
				t.Fatal(err)
			}
			files[name] = &fstest.MapFile{Data: content}
		}
	}
	return files
}

func TestWhoActsForProducersSinceBeforeCanBeLookedUp(t *testing.T) {
	sqldbtest.Each(t, "identity", before(t, "00002"), func(t *testing.T, db *sqldb.DB) {
		err := db.Tx(t.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
			for account, producers := range map[string]string{
				"none": `[]`, "one": `["pro_portland_1"]`,
				"two": `["pro_portland_1","pro_lyon_2"]`,
			} {
				_, err := tx.ExecContext(ctx, `INSERT INTO accounts (id, email, name, password_hash, roles,
					producer_ids, created_at)
					VALUES ($1, $2, '', '', '[]', $3, 1)`, account, account+"@example.org", producers)
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Migrate(t.Context(), "identity", identity.Migrations()); err != nil {
			t.Fatal(err)
		}
		rows, err := db.Read().QueryContext(t.Context(),
			"SELECT account_id, producer_id FROM acts_for ORDER BY account_id, producer_id")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = rows.Close() }()
		var got []string
		for rows.Next() {
			var account, producer string
			if err := rows.Scan(&account, &producer); err != nil {
				t.Fatal(err)
			}
			got = append(got, account+" "+producer)
		}
		if !slices.Equal(got, []string{"one pro_portland_1", "two pro_lyon_2", "two pro_portland_1"}) {
			t.Errorf("acts_for has %q", got)
		}
	})
}

// Whoever has a session for ten minutes has no password for that.
func TestAnAccountIsNotErasedWithoutItsPassword(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		ann := s.signUp(t, "ann@example.org").GetAccount().GetId()
		guest := s.SealFor(t, "", s.Order()).GetCustomerId()
		for _, customer := range []string{ann, guest} {
			_, err := s.Erase(t.Context(), &identityv1.EraseRequest{CustomerId: customer})
			wantCode(t, "without a password", err, fault.Unauthenticated, "bad_credentials")
		}
		if _, err := s.signIn(t.Context(), "ann@example.org", password); err != nil {
			t.Errorf("the account is gone: %v", err)
		}
		if got := s.find(t, "ann@example.org"); len(got) != 2 {
			t.Errorf("of both are left %v", got)
		}
	})
}

func TestTheLastOperatorsAccountIsNotErased(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		var made []string
		for _, email := range []string{"one@example.org", "two@example.org"} {
			r, err := s.EnsureAccount(t.Context(),
				&identityv1.EnsureAccountRequest{
					Email: email, Password: password,
					Roles: []string{"operator"},
				})
			if err != nil {
				t.Fatal(err)
			}
			made = append(made, r.GetAccount().GetId())
		}
		results := make(chan error, len(made))
		for _, customer := range made { // at once: of the two one is the last
			go func() {
				_, err := s.Erase(t.Context(),
					&identityv1.EraseRequest{CustomerId: customer, Password: password})
				results <- err
			}()
		}
		refused := 0
		for range made {
			if err := <-results; fault.Is(err, "last_operator") {
				refused++
			} else if err != nil {
				t.Error(err)
			}
		}
		if refused != 1 {
			t.Errorf("%d of two operators may not go, want one", refused)
		}
	})
}
