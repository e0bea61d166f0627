// The value tree: handles that share content, and copies.
#include "gateway/core/document.hpp"

#include <doctest/doctest.h>

namespace gw::core {
namespace {
Document sample() {
    Document d = Document::object();
    d.set("code", Document::text("a"));
    d.set("fees", Document::list()).push(Document::object()).set("state", Document::text("unpaid"));
    return d;
}
}  // namespace

TEST_CASE("document: a change of one handle does not reach the other") {
    Document first = sample();
    const Document second = first.shared();
    CHECK(first.shares(second));
    first.find("fees")->items().front().set("state", Document::text("paid"));
    CHECK_FALSE(first.shares(second));
    CHECK(second == sample());
    CHECK(first.at("/fees/0/state")->as_text() == "paid");
}

TEST_CASE("document: every way to change gives a handle content of its own") {
    const Document kept = sample();
    Document set = kept.shared(), added = kept.shared(), removed = kept.shared();
    Document members = kept.shared();
    set.set("code", Document::text("b"));
    added.add("code", Document::text("b"));
    CHECK(removed.remove("fees"));
    members.members().clear();
    CHECK(kept == sample());
    Document list = Document::list();
    list.push(Document::number(1));
    Document longer = list.shared();
    longer.push(Document::number(2));
    CHECK(list.size() == 1);
}

TEST_CASE("document: a copy shares nothing, and a part may replace its whole") {
    Document first = sample();
    const Document copy = first;
    CHECK_FALSE(copy.shares(first));
    CHECK(copy == first);
    Document part = *first.find("fees");
    first = first.items().empty() ? std::move(*first.find("fees")) : part;
    CHECK(first == part);
}

}  // namespace gw::core
