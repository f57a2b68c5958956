"""A phone of pjsua2 for the tests: takes commands on its input, tells events on its output.

    pjsua.py USER DOMAIN SIP_PORT RTP_PORT SAYS.wav HEARS.wav none|sdes

Commands: `call URI`, `hangup`, `quit`. Events are lines that begin with `EVENT`.
"""

import select
import sys

import pjsua2 as pj


def tell(text):
    print(f"EVENT {text}", flush=True)


class Call(pj.Call):
    def __init__(self, phone, number=pj.PJSUA_INVALID_ID):
        super().__init__(phone.account, number)
        self.phone = phone

    def onCallState(self, _):
        info = self.getInfo()
        if info.state == pj.PJSIP_INV_STATE_CONFIRMED:
            tell("established")
        elif info.state == pj.PJSIP_INV_STATE_DISCONNECTED:
            tell(f"closed {info.lastStatusCode} {info.lastReason}")
            self.phone.call = None

    def onCallMediaState(self, _):
        # The list of media lives as long as the information that it is part of.
        info = self.getInfo()
        for index, media in enumerate(info.media):
            if media.type == pj.PJMEDIA_TYPE_AUDIO \
                    and media.status == pj.PJSUA_CALL_MEDIA_ACTIVE:
                sound = self.getAudioMedia(index)
                self.phone.player.startTransmit(sound)
                sound.startTransmit(self.phone.recorder)
                codec = self.getStreamInfo(index).codecName
                tell(f"media {codec}")


class Account(pj.Account):
    def __init__(self, phone):
        super().__init__()
        self.phone = phone

    def onRegState(self, state):
        tell(f"registered {state.code}")

    def onIncomingCall(self, incoming):
        self.phone.call = Call(self.phone, incoming.callId)
        answer = pj.CallOpParam()
        answer.statusCode = 200
        self.phone.call.answer(answer)


class Phone:
    def __init__(self, user, domain, sip_port, rtp_port, says, hears, encryption):
        self.call, self.user, self.domain = None, user, domain
        self.endpoint = pj.Endpoint()
        self.endpoint.libCreate()
        configuration = pj.EpConfig()
        configuration.uaConfig.threadCnt = 0
        configuration.logConfig.level = configuration.logConfig.consoleLevel = 4
        configuration.medConfig.noVad = True
        configuration.medConfig.sndClockRate = configuration.medConfig.clockRate = 8000
        self.endpoint.libInit(configuration)
        transport = pj.TransportConfig()
        transport.port = int(sip_port)
        transport.boundAddress = transport.publicAddress = "127.0.0.1"
        self.endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport)
        self.endpoint.audDevManager().setNullDev()
        self.endpoint.libStart()
        for codec in self.endpoint.codecEnum2():
            self.endpoint.codecSetPriority(
                codec.codecId, 255 if codec.codecId.startswith("PCMU/") else 0)
        self.player, self.recorder = pj.AudioMediaPlayer(), pj.AudioMediaRecorder()
        self.player.createPlayer(says)
        self.recorder.createRecorder(hears)
        self.account = Account(self)
        self.account.create(self.settings(int(rtp_port), encryption))

    def settings(self, rtp_port, encryption):
        settings = pj.AccountConfig()
        settings.idUri = f"sip:{self.user}@{self.domain}"
        settings.regConfig.registrarUri = f"sip:{self.domain}"
        media = settings.mediaConfig
        media.transportConfig.port = rtp_port
        media.transportConfig.boundAddress = media.transportConfig.publicAddress = "127.0.0.1"
        if encryption == "sdes":
            media.srtpUse = pj.PJMEDIA_SRTP_MANDATORY
            # Keys in clear SIP: this is a test on one machine.
            media.srtpSecureSignaling = 0
        return settings

    def obey(self, line):
        """False when the phone is to end."""
        word, _, rest = line.strip().partition(" ")
        if word == "call":
            self.call = Call(self)
            self.call.makeCall(rest, pj.CallOpParam(True))
        elif word == "hangup" and self.call:
            self.call.hangup(pj.CallOpParam())
        return word != "quit"

    def run(self):
        while True:
            self.endpoint.libHandleEvents(10)
            if select.select([sys.stdin], [], [], 0)[0]:
                line = sys.stdin.readline()
                if not line or not self.obey(line):
                    break
        self.call = None
        self.endpoint.libDestroy()


if __name__ == "__main__":
    Phone(*sys.argv[1:]).run()
