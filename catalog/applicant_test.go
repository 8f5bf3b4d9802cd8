package catalog_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

func (s shop) apply(account, key, name string) (*catalogv1.Producer, error) {
	r, err := s.PutProducer(s.Context(), &catalogv1.PutProducerRequest{
		Applicant: account, Key: key, Producer: &catalogv1.Producer{
			Market: "portland", Name: name,
			Approved: true,
		},
	})
	return r.GetProducer(), err
}

func TestTwentyApplicationsAtOnceMakeOneMaker(t *testing.T) {
	each(t, func(s shop) {
		other := market()
		other.Code = "salem"
		if _, err := s.PutMarket(t.Context(), &catalogv1.PutMarketRequest{Market: other}); err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		var made [20]string
		for i := range made {
			all.Go(func() {
				r, err := s.PutProducer(t.Context(), &catalogv1.PutProducerRequest{
					Applicant: "cus_ann",
					Key:       fmt.Sprint("key ", i), Producer: &catalogv1.Producer{
						Market: []string{"portland", "salem"}[i%2], Name: fmt.Sprint("Oak ", i),
					},
				})
				if err != nil {
					t.Error(err)
				}
				made[i] = r.GetProducer().GetId()
			})
		}
		all.Wait()
		for _, one := range made {
			s.wants("the maker", one, made[0])
		}
		waiting := 0
		for _, market := range []string{"portland", "salem"} {
			r, err := s.ListProducers(t.Context(),
				&catalogv1.ListProducersRequest{Market: market, All: true, Waiting: true})
			s.wants("error", err, nil)
			waiting += len(r.GetProducers())
		}
		s.wants("makers that wait", waiting, 1)

		if _, err := s.ApproveProducer(t.Context(),
			&catalogv1.ApproveProducerRequest{Id: made[0], Approved: true}); err != nil {
			t.Fatal(err)
		}
		next, err := s.apply("cus_ann", "another key", "Elm")
		s.wants("the next application", []any{next.GetId() == made[0], next.GetApproved(), err},
			[]any{false, false, nil})
	})
}

func TestAFormBelongsToTheAccountThatSendsIt(t *testing.T) {
	each(t, func(s shop) {
		ann, err := s.apply("cus_ann", "the key", "Oak")
		s.wants("error", err, nil)
		bob, err := s.apply("cus_bob", "the key", "Elm")
		s.wants("somebody else with the same key", []any{bob.GetName(), bob.GetId() == ann.GetId(), err},
			[]any{"Elm", false, nil})
		again, err := s.apply("cus_ann", "the key", "Oak")
		s.wants("the same form again", []any{again.GetId(), err}, []any{ann.GetId(), nil})
		_, err = s.apply(strings.Repeat("x", 201), "the key", "Oak")
		s.wantsFault("an account that is none", err, fault.Invalid, "invalid")
	})
}

func TestANameThatLooksLikeAnothersWaitsForTheOperator(t *testing.T) {
	each(t, func(s shop) {
		real := s.putProducer(&catalogv1.Producer{Market: "portland", Name: "Larkmoor", Approved: true})
		s.wants("the first of that name", real.GetApproved(), true)
		for name, want := range map[string]string{
			"Lаrkmoor": "The name looks like that of Larkmoor, and “Lаrkmoor” has letters of two alphabets.",
			"LARKMOOR": "The name looks like that of Larkmoor.",
			"The Вarn": "“Вarn” has letters of two alphabets.",
			"Пекарня":  "", "酒屋": "", "Αρτοποιείο": "", "Lark & Moor's Friends": "",
		} {
			made := s.putProducer(&catalogv1.Producer{Market: "portland", Name: name, Approved: true})
			s.wants(name+" is approved by the way", made.GetApproved(), want == "")
			got, err := s.GetProducer(t.Context(), &catalogv1.GetProducerRequest{Id: made.GetId()})
			s.wants(name, []any{got.GetProducer().GetCaution(), err}, []any{want, nil})
		}
		waiting, err := s.ListProducers(t.Context(),
			&catalogv1.ListProducersRequest{Market: "portland", All: true, Waiting: true})
		s.wants("those who wait", []any{len(waiting.GetProducers()), err}, []any{3, nil})
		for _, p := range waiting.GetProducers() {
			if p.GetCaution() == "" {
				t.Errorf("nothing is said of %s", p.GetName())
			}
		}

		honest := s.putProducer(&catalogv1.Producer{Market: "portland", Name: "Honest", Approved: true})
		honest.Name = "Larkmооr"
		s.wants("one that is renamed", s.putProducer(honest).GetApproved(), false)
		approved, err := s.ApproveProducer(t.Context(),
			&catalogv1.ApproveProducerRequest{Id: honest.GetId(), Approved: true})
		s.wants("one that the operator approves", []any{approved.GetProducer().GetApproved(), err},
			[]any{true, nil})
		honest.Approved, honest.Town = true, "Salem"
		s.wants("it, changed otherwise", s.putProducer(honest).GetApproved(), true)
	})
}

func TestATitleIsInLettersThatAreWhatTheySeem(t *testing.T) {
	each(t, func(s shop) {
		for _, title := range []string{"Goudа", "Gou\u200bda", "Gouda\u202e"} {
			_, err := s.PutProduct(t.Context(),
				&catalogv1.PutProductRequest{Product: s.product(title, "cheese", 500)})
			s.wantsFault(title, err, fault.Invalid, "invalid")
		}
		for _, title := range []string{"Сыр", "Τυρί φέτα", "チーズ Gouda", "جبنة"} {
			s.sell(title, "cheese", 500)
		}
	})
}

func TestAnImportedMakerWithANameLikeAnothersWaits(t *testing.T) {
	each(t, func(s shop) {
		s.putProducer(&catalogv1.Producer{Market: "portland", Name: "Larkmoor", Approved: true})
		s.imports("Handle,Title,Vendor,Variant Price\nrye,Rye,Lаrkmoor,6.50\nwheat,Wheat,Oak,6.50\n")
		for name, approved := range map[string]bool{"Lаrkmoor": false, "Oak": true} {
			r, err := s.ListProducers(t.Context(),
				&catalogv1.ListProducersRequest{Market: "portland", All: true, Q: name})
			if err != nil || len(r.GetProducers()) != 1 || r.GetProducers()[0].GetApproved() != approved {
				t.Errorf("%s: %v, %v", name, r, err)
			}
		}
		s.wants("what is listed", titles(s.list(&catalogv1.ListProductsRequest{})), "Wheat")
	})
}

// imports reads a file for the whole market, as the operator does.
func (s shop) imports(file string) {
	s.Helper()
	stream, err := s.Import(s.Context())
	if err != nil {
		s.Fatal(err)
	}
	for _, part := range []*catalogv1.ImportRequest{
		{Part: &catalogv1.ImportRequest_Header{Header: &catalogv1.ImportHeader{
			Market: "portland",
			Format: "auto",
		}}},
		{Part: &catalogv1.ImportRequest_Chunk{Chunk: []byte(file)}},
	} {
		if err := stream.Send(part); err != nil {
			s.Fatal(err)
		}
	}
	_ = stream.CloseSend()
	for {
		m, err := stream.Receive()
		if err != nil {
			s.Fatal(err)
		}
		if m.GetDone() != nil {
			s.wants("rows refused", m.GetDone().GetFailed(), 0)
			return
		}
	}
}
