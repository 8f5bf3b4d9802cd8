// Package notify owns e-mail to people: about their orders, and what other services
// ask it to send.
//
// A message is queued in the transaction that takes the event, once for each order
// and kind, and a job makes and sends it: over SMTP where a server is configured, else into the
// mailbox that the demo shows. A crash after the server took a message and before that was
// written down sends it twice, with the same Message-ID.
//
// It refuses a recipient that is not one plain address, and control characters in
// whatever becomes a header.
//
// It holds back what is too much for one recipient or one sender, and what a recipient said was not for them;
// and it writes no words of a shopper's to an address that is not verified.
//
// It mails the link to an order again to who has lost it, and tells nobody whether there is such an order.
//
// It publishes nothing and consumes events of payments, payment.refunded, and of ordering: order.confirmed,
// order.rescheduled, order.changed, order.cancelled, order.part_packed where something is missing,
// order.packed, and order.part_ready when the last part is ready. Of a confirmed order each producer who has
// a part in it is told as well, by the account that has acted for them the longest.
//
// Personal data: an order's message keeps the contact as ordering has it, sealed, until it is sent; it is
// opened when the message is made, and a contact that was erased by then gets no message. With SMTP the
// recipient and the text are kept only until the message is sent. Without it they are the mailbox, and
// erasing a customer does not reach into it: messages are deleted after 30 days. What failed is kept as long,
// so that the operator can send it again.
//
// A secret text, such as a link to set a password, is shown to nobody and deleted once it is sent
// or given up. Only a demo's mailbox shows it: that is where its people read their mail.
package notify
