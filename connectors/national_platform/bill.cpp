// Fetches receipts of the platform.
#include "connectors/national_platform/bill.hpp"

#include "gateway/core/receipt.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"

#include <algorithm>

namespace gw::national_platform {

namespace {

using core::Advice;
using core::Blame;
using core::Document;

constexpr std::string_view magic = "%PDF-";
constexpr std::size_t text_max = 64 << 10;
constexpr std::size_t tail_max = 1024;

core::Error later(
    const Options& options, const core::Claim& about, std::string_view code, std::string_view what
) {
    core::Error error(
        Advice::retry, Blame::partner, "national_platform." + std::string(code), std::string(what)
    );
    const auto& waits = options.bill_waits;
    const auto done = static_cast<std::size_t>(std::max(0, about.attempts_partner));
    error.retry_after = waits[std::min(done, waits.size() - 1)];
    return error;
}

/// What was fetched.
struct Stored {
    Stored() = default;
    core::Digest digest{};
    std::uint64_t size = 0;
};

ports::Async<void> download(
    ports::HttpClient& http, ports::HttpRequest request, BillReceiver& receiver
) {
    std::function<bool(std::string_view)> sink = [&receiver](std::string_view piece) {
        return receiver.take(piece);
    };
    auto result = co_await http.download(std::move(request), std::move(sink));
    if (!result.ok || result.response.status != 200)
        co_return core::Error(
            Advice::retry,
            Blame::partner,
            "national_platform.bill_unreachable",
            "Chưa tải được biên lai; sẽ thử lại."
        );
    co_return core::Result<void>();
}

ports::Async<void> ask(std::shared_ptr<Desk> desk, std::string body, BillReceiver& receiver) {
    auto request = desk->request_of(std::move(body), *operation(get_bill));
    if (!desk->has_token()) {
        auto done = co_await download(*desk->parts().http, std::move(request), receiver);
        co_return done;
    }
    auto result = co_await desk->exchange(std::move(request));
    if (!result) co_return result.error();
    if (!result->ok || result->response.status != 200)
        co_return core::Error(
            Advice::retry,
            Blame::partner,
            "national_platform.bill_unreachable",
            "Chưa hỏi được biên lai; sẽ thử lại."
        );
    receiver.take(result->response.body);
    co_return core::Result<void>();
}

core::Result<Stored> stored_of(BillReceiver& receiver) {
    auto digest = receiver.finish();
    if (!digest) return digest.error();
    Stored stored;
    stored.digest = *digest;
    stored.size = receiver.size();
    return stored;
}

ports::Async<Stored> fetch(std::shared_ptr<Desk> desk, std::string body, const core::Claim& about) {
    const Options& options = desk->options();
    BillReceiver first(*desk->parts().blobs, options.bill_bytes_max);
    auto asked = co_await ask(desk, std::move(body), first);
    if (!asked) co_return later(options, about, "bill_unreachable", asked.error().what);
    if (first.is_pdf()) co_return stored_of(first);
    const Document words = platform_words(first.text(), options.envelope);
    const std::string address = words.text_of("UrlBienLai");
    if (address.empty())
        co_return later(options, about, "bill_not_ready", "Chưa có biên lai; sẽ hỏi lại.");
    if (!is_allowed_bill(options, address))
        co_return core::Error(
            Advice::hold,
            Blame::partner,
            "national_platform.bill_host",
            "Địa chỉ biên lai không thuộc máy chủ được phép (bill_hosts)."
        );
    ports::HttpRequest request;
    request.url = address;
    request.connect_max = options.connect_max;
    BillReceiver second(*desk->parts().blobs, options.bill_bytes_max);
    auto loaded = co_await download(*desk->parts().http, std::move(request), second);
    if (!loaded) co_return later(options, about, "bill_unreachable", loaded.error().what);
    co_return stored_of(second);
}

core::Object attachment_of(
    const connector_kit::Parts& parts,
    const core::Claim& about,
    const Stored& stored,
    const std::string& reference
) {
    core::Object o;
    const core::Instant now = parts.clock->now();
    const std::uint64_t high = parts.random->next();
    o.kind = "attachment";
    o.agency = about.leg.agency;
    o.id = crypto::make_id("att", now, high, parts.random->next());
    o.state = "clean";
    o.dossier = about.leg.dossier;
    o.ref = crypto::to_hex(stored.digest);
    o.created_at = o.updated_at = now;
    Document body = Document::object();
    body.set("id", Document::text(o.id));
    body.set("filename", Document::text("bien-lai-" + reference + ".pdf"));
    body.set("media_type", Document::text("application/pdf"));
    body.set("size", Document::number(static_cast<std::int64_t>(stored.size)));
    body.set("sha256", Document::text(o.ref));
    body.set("state", Document::text(o.state));
    body.set("created_at", Document::text(core::to_rfc3339(now)));
    o.body = formats::write_json(body);
    return o;
}

/// One receipt for each nature among the fees (PY-15); the platform's form has a page for each.
Document receipts_of(const Document& payment, const std::string& attachment) {
    Document receipts = Document::list();
    for (const std::string& nature : core::natures_without_receipt(payment)) {
        Document receipt = Document::object();
        receipt.set("nature", Document::text(nature));
        receipt.set("template", Document::text("C1-10/NS"));
        receipt.set("attachment_id", Document::text(attachment));
        receipts.push(std::move(receipt));
    }
    return receipts;
}

}  // namespace

core::Result<void> BillReceiver::keep(std::string_view piece) {
    if (!writer_) {
        auto writer = blobs_.create();
        if (!writer) return writer.error();
        writer_ = std::move(*writer);
    }
    size_ += piece.size();
    tail_ += piece;
    if (tail_.size() > tail_max) tail_.erase(0, tail_.size() - tail_max);
    return writer_->write(piece);
}

bool BillReceiver::take(std::string_view piece) {
    if (!kept_) return false;
    if (writer_) {
        kept_ = keep(piece);
        return kept_.has_value() && size_ <= bytes_max_;
    }
    head_ += piece;
    if (head_.size() < magic.size()) return true;
    if (!head_.starts_with(magic)) return head_.size() <= text_max;
    kept_ = keep(head_);
    head_.clear();
    return kept_.has_value() && size_ <= bytes_max_;
}

core::Result<core::Digest> BillReceiver::finish() {
    if (!kept_) return kept_.error();
    if (!writer_)
        return core::Error(
            Advice::retry,
            Blame::partner,
            "national_platform.bill_not_pdf",
            "Tệp biên lai không phải PDF; sẽ tải lại."
        );
    if (size_ > bytes_max_ || tail_.rfind("%%EOF") == tail_.npos)
        return core::Error(
            Advice::retry,
            Blame::partner,
            "national_platform.bill_cut",
            "Tệp biên lai không trọn vẹn; sẽ tải lại."
        );
    return writer_->finish();
}

ports::Async<core::Receipt> fetch_bill(
    std::shared_ptr<Desk> desk, std::string body, const core::Claim& about
) {
    const auto payment = connector_kit::snapshot_part(about, "payment", "national_platform");
    if (!payment) co_return payment.error();
    auto stored = co_await fetch(desk, std::move(body), about);
    if (!stored) {
        core::Error error = stored.error();
        if (error.advice == Advice::retry && !error.retry_after)
            error = later(
                desk->options(), about, error.code.substr(error.code.find('.') + 1), error.what
            );
        co_return error;
    }
    const std::string reference = payment->text_of("reference");
    core::ObjectWrite attachment;
    attachment.object = attachment_of(desk->parts(), about, *stored, reference);
    const std::string id = attachment.object.id;
    auto says = connector_kit::payment_says(desk->options().partner, "bill", "receipt");
    says.set("receipts", receipts_of(*payment, id));
    std::string raw = formats::write_json(says);
    auto fact = connector_kit::payment_fact(reference, std::move(says));
    auto message =
        connector_kit::payment_message(desk->parts(), "bill", "", std::move(raw), std::move(fact));
    message.message.agency = about.leg.agency;
    message.beside.push_back(std::move(attachment));
    auto taken = co_await desk->parts().facts->take_in(std::move(message));
    if (!taken) co_return taken.error();
    core::Receipt receipt;
    receipt.reference = id;
    co_return receipt;
}

}  // namespace gw::national_platform
