package catalog_test

import (
	"testing"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

// applicant is a producer that waits for the operator, with a product.
func (s shop) applicant(name string) (*catalogv1.Producer, *catalogv1.Product) {
	s.Helper()
	maker := s.putProducer(&catalogv1.Producer{Market: "portland", Name: name})
	goods := s.product("First Try of "+name, "bread", 500)
	goods.ProducerId = maker.GetId()
	return maker, s.put(goods)
}

func TestBeforeApprovalThereIsRoomForAFewSmallPicturesOnly(t *testing.T) {
	each(t, func(s shop) {
		maker, goods := s.applicant("Oak")
		send := func(content []byte, to *catalogv1.PutImageRequest) error {
			to.Content = content
			_, err := s.PutImage(t.Context(), to)
			return err
		}
		ofGoods, ofMaker := &catalogv1.PutImageRequest{ProductId: goods.GetId()},
			&catalogv1.PutImageRequest{ProducerId: maker.GetId()}
		for width := range 3 {
			s.wants("a small picture", send(jpegOf(t, 300+width, 200), ofGoods), nil)
		}
		s.wantsFault("a fourth picture", send(jpegOf(t, 310, 200), ofGoods), fault.Conflict,
			"not_approved_yet")
		for width := range 9 {
			s.wants("the maker's own", send(jpegOf(t, 320+width, 200), ofMaker), nil)
		}
		s.wantsFault("one too many", send(jpegOf(t, 340, 200), ofMaker), fault.Conflict, "not_approved_yet")

		large, _ := s.applicant("Elm")
		content := append(jpegOf(t, 300, 200), make([]byte, 3<<20)...)
		s.wants("a picture of 3 MiB", send(content, &catalogv1.PutImageRequest{ProducerId: large.GetId()}),
			nil)
		s.wantsFault("another one",
			send(append(content, 1), &catalogv1.PutImageRequest{ProducerId: large.GetId()}), fault.Conflict,
			"not_approved_yet")

		if _, err := s.ApproveProducer(t.Context(),
			&catalogv1.ApproveProducerRequest{Id: maker.GetId(), Approved: true}); err != nil {
			t.Fatal(err)
		}
		s.wants("a fourth picture once approved", send(jpegOf(t, 310, 200), ofGoods), nil)
	})
}

func TestBeforeApprovalNoFileIsTaken(t *testing.T) {
	each(t, func(s shop) {
		maker, _ := s.applicant("Oak")
		stream, err := s.TryImport(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		_ = stream.Send(&catalogv1.TryImportRequest{
			Part: &catalogv1.TryImportRequest_File{File: &catalogv1.SentImport{
				Key: "0123456789abcdef", Sender: "cus_ann", ProducerId: maker.GetId(), Format: "auto",
				Name: "goods.csv",
			}},
		})
		_, err = stream.CloseAndReceive()
		s.wantsFault("a file", err, fault.Conflict, "not_approved_yet")
		_, err = s.RunImport(t.Context(),
			&catalogv1.RunImportRequest{
				Sender: "cus_ann", ProducerId: maker.GetId(),
				Key: "0123456789abcdef",
			})
		s.wantsFault("a file that was sent before", err, fault.Conflict, "not_approved_yet")
	})
}

func TestAPictureOfWhoIsNotApprovedIsForHerselfAndTheOperator(t *testing.T) {
	each(t, func(s shop) {
		maker, goods := s.applicant("Oak")
		other, _ := s.applicant("Elm")
		key := s.putImage(goods, jpegOf(t, 300, 200))
		see := func(r *catalogv1.GetImageRequest) error {
			r.Key = key
			_, err := s.GetImage(t.Context(), r)
			return err
		}
		for what, r := range map[string]*catalogv1.GetImageRequest{
			"anybody":       {},
			"another maker": {ProducerIds: []string{other.GetId(), s.producer.GetId()}},
		} {
			s.wantsFault(what, see(r), fault.NotFound, "not_found")
		}
		s.wants("herself",
			see(&catalogv1.GetImageRequest{ProducerIds: []string{other.GetId(), maker.GetId()}}), nil)
		s.wants("the operator", see(&catalogv1.GetImageRequest{All: true}), nil)
		approve := func(approved bool) {
			t.Helper()
			if _, err := s.ApproveProducer(t.Context(),
				&catalogv1.ApproveProducerRequest{Id: maker.GetId(), Approved: approved}); err != nil {
				t.Fatal(err)
			}
		}
		approve(true)
		s.wants("anybody once she is approved", see(&catalogv1.GetImageRequest{}), nil)
		approve(false)
		s.wantsFault("anybody once that is taken back", see(&catalogv1.GetImageRequest{}), fault.NotFound,
			"not_found")

		own, err := s.PutImage(t.Context(),
			&catalogv1.PutImageRequest{ProducerId: maker.GetId(), Content: jpegOf(t, 330, 200)})
		s.wants("error", err, nil)
		_, err = s.GetImage(t.Context(), &catalogv1.GetImageRequest{Key: own.GetKey()})
		s.wantsFault("her own picture", err, fault.NotFound, "not_found")
	})
}
