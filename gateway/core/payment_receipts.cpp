// PY-18: receipts are cancelled or adjusted before money goes back.
#include "gateway/core/payment_internal.hpp"

#include <vector>

namespace gw::core::payment_parts {
namespace {

/// One receipt, and what becomes of it.
struct ReceiptChange {
    Document* receipt;
    std::string outcome;      // "cancelled", "adjusted"
    std::string document_no;  // of the issuer; "" = our own receipt
};

const Document* said_of(const Document& request, const std::string& id) {
    if (const Document* all = request.find("receipts"))
        for (const Document& said : all->items())
            if (said.text_of("receipt_id") == id) return &said;
    return nullptr;
}

std::vector<Document*> issued_receipts(Document& payment) {
    std::vector<Document*> out;
    if (Document* receipts = payment.find("receipts"))
        for (Document& receipt : receipts->items())
            if (receipt.text_of("state") == "issued") out.push_back(&receipt);
    return out;
}

bool is_own(const Document& receipt) {
    return receipt.text_of("issuer") == "local";
}

void record(Working& work, const Document& refund, const ReceiptChange& change) {
    Document done = Document::object();
    done.set("refund_id", Document::text(refund.text_of("id")));
    done.set("outcome", Document::text(change.outcome));
    if (!change.document_no.empty()) done.set("document_no", Document::text(change.document_no));
    done.set("by", Document::text(work.context().actor));
    done.set("at", Document::text(to_rfc3339(work.context().now)));
    dossier_parts::list_in(*change.receipt, "changes").push(std::move(done));
    if (change.outcome == "cancelled") change.receipt->set("state", Document::text("cancelled"));
    work.touch();
}

}  // namespace

bool change_receipts(Working& work, const Document& refund, const Document& request) {
    const std::int64_t back =
        integer_of(work.body, "refunded_amount") + integer_of(refund, "amount");
    const bool whole = back >= integer_of(work.body, "paid_amount");
    const std::vector<Document*> issued = issued_receipts(work.body);
    std::vector<ReceiptChange> changes;
    for (Document* receipt : issued) {
        if (const Document* said = said_of(request, receipt->text_of("id")))
            changes.push_back({receipt, said->text_of("outcome"), said->text_of("document_no")});
        else if (is_own(*receipt) && (whole || issued.size() == 1))
            changes.push_back({receipt, whole ? "cancelled" : "adjusted", ""});
        else if (whole)
            return false;
    }
    if (changes.empty()) return issued.empty();
    for (const ReceiptChange& change : changes)
        if (whole && change.outcome != "cancelled") return false;
    for (const ReceiptChange& change : changes) record(work, refund, change);
    return true;
}

}  // namespace gw::core::payment_parts
