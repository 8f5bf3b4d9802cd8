package web_test

import (
	"time"
)

// What pages and cookies call things, as whoever uses them knows it.
const (
	maxFields  = 2000
	orderLives = 60 * 24 * time.Hour
)
