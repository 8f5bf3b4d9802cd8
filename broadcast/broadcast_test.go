package broadcast_test

import (
	"testing"

	"github.com/artisan-eats/artisan/broadcast"
)

func notified(on <-chan struct{}) bool {
	select {
	case <-on:
		return true
	default:
		return false
	}
}

func TestEveryListenerOfATopicIsNotifiedAndNoOther(t *testing.T) {
	var topics broadcast.Topics
	topics.Notify("a") // nobody listens
	first, stopFirst := topics.Listen("a")
	second, stopSecond := topics.Listen("a")
	other, stopOther := topics.Listen("b")
	if topics.Notify("a", "a"); !notified(first) || !notified(second) || notified(other) {
		t.Error("not each listener of a was notified, or one of b")
	}
	if notified(first) {
		t.Error("two changes in a row were told as two")
	}
	stopFirst()
	if topics.Notify("a", "b"); notified(first) || !notified(second) || !notified(other) {
		t.Error("one who left was notified, or one who stayed was not")
	}
	stopSecond()
	stopOther()
	if n := topics.Heard(); n != 0 {
		t.Errorf("%d topics are kept that nobody listens to", n)
	}
}
