"""The picture in words."""

from privatelink.drawing.outline import as_text, described
from tests.support.drawings import drawn

WALKTHROUGH = """\
zigispace: 1 endpoint service, 1 service consumer
├── service consumer client, ap-northeast-2
│   ├── VPC 10.20.0.0/16
│   │   ├── ap-northeast-2a 10.20.0.0/20 (test instance)
│   │   └── ap-northeast-2c 10.20.32.0/20
│   └── interface endpoint in ap-northeast-2a, ap-northeast-2c → endpoint service
└── endpoint service, ap-northeast-2
    ├── TCP 80
    ├── acceptance: manual
    ├── Network Load Balancer ZIGI-ELB-Pub (internet-facing)
    └── VPC 10.10.0.0/16
        ├── ap-northeast-2a 10.10.0.0/20 (EC2 instance, “ZIGISPACE - SVR#1”)
        └── ap-northeast-2c 10.10.32.0/20 (EC2 instance, “ZIGISPACE - SVR#2”)
"""


def test_the_tree_of_the_walkthrough() -> None:
    assert as_text(drawn("topology")) == WALKTHROUGH


def test_services_of_others_and_existing_targets() -> None:
    text = as_text(drawn("existing-network"))
    assert "└── AWS service com.amazonaws.ap-northeast-2.ssm\n" in text
    assert "targets: EC2 instances, blue: i-0a1b2c3d4e5f6000a, green: i-0a1b2c3d4e5f6000c" in text
    assert "interface endpoint ssm (1 zone)" not in text
    assert "interface endpoint ssm (2 zones) → com.amazonaws.ap-northeast-2.ssm" in text


def test_consumers_elsewhere() -> None:
    assert "├── consumers not in this topology\n" in as_text(drawn("provider-only"))


def test_the_description_has_a_sentence_for_each_side() -> None:
    text = described(drawn("services"))
    office = "Service consumer office, ap-northeast-2: VPC 10.21.0.0/16: ap-northeast-2a 10.21.0.0/20; "
    assert text.startswith(f"{office}interface endpoint in ap-northeast-2a → endpoint service stock. ")
    assert text.count(". ") + 1 == 4
    assert text.endswith(".")
