//! Accounts, portfolios and apps as nodes.

use crate::support::World;

#[tokio::test]
async fn read() {
    let world = World::new().await;
    let all = "GET /$WABA?fields=id,name,timezone_id,message_template_namespace,currency,account_review_status,\
business_verification_status,ownership_type,status,owner_business_info,whatsapp_business_manager_messaging_limit,\
is_enabled_for_insights,health_status";
    let table = world
        .table_of_nothing(&[
            ("an account", "GET /$WABA", ""),
            ("all its fields", all, ""),
            ("one that is not there", "GET /200000010000009", ""),
            (
                "insights are never taken back",
                "POST /$WABA?is_enabled_for_insights=false",
                "",
            ),
            ("a portfolio", "GET /$PORTFOLIO", ""),
            ("one that is not there", "GET /100000090000000", ""),
            ("an app", "GET /$APP", ""),
            ("one that is not there", "GET /500000000000009", ""),
        ])
        .await;
    insta::assert_snapshot!(table);
}
