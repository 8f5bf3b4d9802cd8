// Package intake takes in catalogue files and hands them out. It keeps what a producer sends for a while
// (sent.go), reads it by a job under a lease (reading.go), finds what is there already (match.go, makers.go,
// categories.go), merges what the file says into it (merge.go) and writes it batch by batch (batch.go). What
// differs from something by a mark only is noted and never taken for it (near.go). Export writes the same
// formats.
//
// It owns the tables sent_file and sent_file_part. What it changes of the goods it changes through their
// store; stock it asks of inventory.
package intake
