package fault

import (
	"errors"
	"net/http"

	"connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connectproto"
	"google.golang.org/protobuf/proto"

	faultv1 "github.com/artisan-eats/artisan/gen/artisan/fault/v1"
)

// wire is the one map from kinds to RPC codes and HTTP statuses. Codes are
// distinct, so that the map can be read backwards.
var wire = map[Kind]struct {
	rpc    connect.Code
	status int
}{
	Internal:        {connect.CodeInternal, http.StatusInternalServerError},
	Invalid:         {connect.CodeInvalidArgument, http.StatusUnprocessableEntity},
	Unauthenticated: {connect.CodeUnauthenticated, http.StatusUnauthorized},
	Denied:          {connect.CodePermissionDenied, http.StatusForbidden},
	NotFound:        {connect.CodeNotFound, http.StatusNotFound},
	Conflict:        {connect.CodeFailedPrecondition, http.StatusConflict},
	Declined:        {connect.CodeAborted, http.StatusPaymentRequired},
	Exhausted:       {connect.CodeResourceExhausted, http.StatusTooManyRequests},
	Unavailable:     {connect.CodeUnavailable, http.StatusServiceUnavailable},
	Unknown:         {connect.CodeUnknown, http.StatusServiceUnavailable},
}

// Status is the HTTP status that a kind is told with.
func (k Kind) Status() int { return wire[k].status }

// ToRPC turns any error into the one that goes over the wire: its code, its
// message for people and its fields, nothing else.
func ToRPC(err error) error {
	if err == nil {
		return nil
	}
	f := Of(err)
	out := connect.NewError(wire[f.Kind].rpc, f.Message).WithCause(err)
	msg := &faultv1.Fault{Code: f.Code, Message: f.Message}
	for _, field := range f.Fields {
		msg.Fields = append(msg.Fields, &faultv1.Field{Name: field.Name, Message: field.Message})
	}
	detail, detailErr := connectproto.NewErrorDetail(msg)
	if detailErr != nil {
		return out
	}
	return out.WithDetail(detail)
}

// FromRPC turns the error of a call back into the fault that the peer told. An
// error that carries none says what the transport met: unavailable, or unknown
// when the call may have taken effect.
func FromRPC(err error) error {
	var remote *connect.Error
	if err == nil || !errors.As(err, &remote) {
		return err
	}
	for _, detail := range remote.Details() {
		if msg := (*faultv1.Fault)(nil); detail.Type == string(msg.ProtoReflect().Descriptor().FullName()) {
			return fromMessage(remote.Code(), detail.Value)
		}
	}
	code := remote.Code()
	if code == connect.CodeDeadlineExceeded || code == connect.CodeCanceled {
		return New(Unavailable, "timeout", "This took too long. Please try again.").Because(remote)
	}
	if code == connect.CodeUnavailable {
		return New(Unavailable, "unavailable",
			"A part of the shop is not reachable. Please try again.").Because(remote)
	}
	f := New(kindOfCode(code), "internal", "Something went wrong on our side.").Because(remote)
	f.told = true
	return f
}

// Told reports whether an error is a fault that another service told, and no bug of this one's.
func Told(err error) bool {
	var f *Error
	return errors.As(err, &f) && f.told
}

func fromMessage(code connect.Code, raw []byte) error {
	var msg faultv1.Fault
	if err := proto.Unmarshal(raw, &msg); err != nil {
		return New(Internal, "internal", "Something went wrong on our side.").Because(err)
	}
	f := New(kindOfCode(code), msg.GetCode(), msg.GetMessage())
	f.told = true
	for _, field := range msg.GetFields() {
		f.Fields = append(f.Fields, Field{Name: field.GetName(), Message: field.GetMessage()})
	}
	return f
}

func kindOfCode(code connect.Code) Kind {
	for kind, w := range wire {
		if w.rpc == code {
			return kind
		}
	}
	return Internal
}
